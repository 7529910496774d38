/** The measurements of the demo's stations, counters and meters, by the one-byte code before each value. */
const NAMES = {
  1: 'no2',
  2: 'o3',
  3: 'pm10',
  4: 'pm25',
  5: 'so2',
  6: 'temperature',
  7: 'relativeHumidity',
  8: 'windSpeed',
  9: 'precipitation',
  10: 'solarRadiation',
  11: 'LAeq',
  12: 'pollenLevel',
  13: 'alderLevel',
  14: 'birchLevel',
  15: 'grassesLevel',
  16: 'mugwortLevel',
  17: 'occupancy',
  18: 'availableSpotNumber',
  19: 'availableCapacity',
  20: 'intensity',
  21: 'averageVehicleSpeed',
  22: 'totalConsumption',
  23: 'escherichiaColi',
  24: 'enterococci',
  25: 'NO3',
  26: 'NO2',
  27: 'turbidity',
  28: 'pH',
};

/** Alternating codes and values; values are 64-bit floating point numbers, little-endian. */
function decodeUplink({ bytes }) {
  const view = new DataView(new ArrayBuffer(8));
  const data = {};
  for (let i = 0; i < bytes.length; i += 9) {
    const name = NAMES[bytes[i]];
    if (name === undefined) return { errors: [`code ${bytes[i]} at byte ${i} is unknown`] };
    if (bytes.length < i + 9) return { errors: [`the value of ${name} is cut short`] };
    for (let k = 0; k < 8; k += 1) view.setUint8(k, bytes[i + 1 + k]);
    data[name] = view.getFloat64(0, true);
  }
  return { data };
}
