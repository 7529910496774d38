/** The unit names in published descriptions, in lower case without brackets. */
const TEXTS: Readonly<Record<string, string>> = {
  'mg/l': 'M1',
  'mg per liter': 'M1',
  volts: 'VLT',
  ampers: 'AMP',
  amperes: 'AMP',
  meters: 'MTR',
  metres: 'MTR',
  centimeters: 'CMT',
  kilometers: 'KMT',
  'kilovolt-ampere-reactive-hour': 'K3',
  'kilovolts-ampere-reactive': 'KVR',
  'kilovolts-ampere-reactive per hour': 'K3',
  kilowatts: 'KWT',
  'kilowatt hour': 'KWH',
  'kilowatts per hour': 'KWH',
  watts: 'WTT',
  watt: 'WTT',
  'kilovolt-ampere-hour': 'C79',
  'liters per square meter': 'MMT',
  'w/m2': 'D54',
  hertz: 'HTZ',
  kilograms: 'KGM',
  kilogram: 'KGM',
  'volt-ampere': 'D46',
  'volt-ampere-reactive': 'D44',
  'volts-ampere-reactive': 'D44',
  '0 to 1': 'C62',
  '-1 to +1': 'C62',
  'hecto pascals': 'A97',
  hectopascals: 'A97',
  lux: 'LUX',
  lumens: 'LUM',
  'litres/hour': 'E32',
  hours: 'HUR',
  minutes: 'MIN',
  seconds: 'SEC',
  days: 'DAY',
  'kelvin degrees': 'KEL',
  'celsius degrees': 'CEL',
  'degrees celsius': 'CEL',
  'km/h': 'KMH',
  'm/s': 'MTS',
  degree: 'DD',
  degrees: 'DD',
  'cubic meters': 'MTQ',
  'cubic meters/hour': 'MQH',
  liters: 'LTR',
  litres: 'LTR',
  percent: 'P1',
  percentage: 'P1',
};

/** The common code of a unit in a description, e.g. `Kilowatts (kW)`; undefined if it is unknown. */
export function unitOfText(text: string): string | undefined {
  const words = text
    .toLowerCase()
    .replace(/\s*\([^)]*\)/g, '')
    .trim();
  return TEXTS[words];
}
