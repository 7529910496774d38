/**
 * The plausible range of attributes by name, in the units of the Smart Data Models; a profile's `range` takes
 * precedence.
 */
const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  temperature: [-40, 85],
  relativeHumidity: [0, 1],
  atmosphericPressure: [850, 1100],
  pressure: [850, 1100],
  co2: [300, 10_000],
  pm1: [0, 2000],
  pm25: [0, 2000],
  pm10: [0, 2000],
  LAeq: [20, 140],
  fillingLevel: [0, 1],
  illuminanceLevel: [0, 1],
  batteryLevel: [-1, 1],
  powerFactor: [-1, 1],
  frequency: [45, 65],
  windSpeed: [0, 75],
  rssi: [-150, 0],
  snr: [-30, 20],
  voltage: [0, 500],
};

export function plausibleRange(attribute: string): readonly [number, number] | undefined {
  return Object.hasOwn(RANGES, attribute) ? RANGES[attribute] : undefined;
}
