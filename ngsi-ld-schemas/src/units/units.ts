/** The dimension of a unit: units of one dimension can be converted into each other. */
export interface Unit {
  readonly symbol: string;
  readonly dimension: string;
  /** base = value × factor + offset, in the dimension's base unit. */
  readonly factor: number;
  readonly offset?: number;
}

function of(dimension: string, units: Readonly<Record<string, readonly [string, number, number?]>>) {
  return Object.entries(units).map(([code, [symbol, factor, offset]]): [string, Unit] => [
    code,
    { symbol, dimension, factor, ...(offset !== undefined && { offset }) },
  ]);
}

/** The units that the models use, by common code of UN/CEFACT Recommendation 20. */
export const UNITS: ReadonlyMap<string, Unit> = new Map([
  ...of('temperature', { CEL: ['°C', 1, 273.15], KEL: ['K', 1], FAH: ['°F', 5 / 9, 459.67 * (5 / 9)] }),
  ...of('ratio', { C62: ['', 1], P1: ['%', 0.01], NX: ['‰', 0.001] }),
  ...of('energy', {
    WHR: ['Wh', 1],
    KWH: ['kWh', 1e3],
    MWH: ['MWh', 1e6],
    JOU: ['J', 1 / 3600],
    '3B': ['MJ', 1e6 / 3600],
  }),
  ...of('reactive energy', { K3: ['kvarh', 1] }),
  ...of('apparent energy', { C79: ['kV·A·h', 1] }),
  ...of('power', { WTT: ['W', 1], KWT: ['kW', 1e3], MAW: ['MW', 1e6] }),
  ...of('reactive power', { D44: ['var', 1], KVR: ['kvar', 1e3] }),
  ...of('apparent power', { D46: ['V·A', 1], KVA: ['kV·A', 1e3] }),
  ...of('voltage', { VLT: ['V', 1], '2Z': ['mV', 1e-3], KVT: ['kV', 1e3] }),
  ...of('current', { AMP: ['A', 1], '4K': ['mA', 1e-3] }),
  ...of('frequency', { HTZ: ['Hz', 1], KHZ: ['kHz', 1e3], MHZ: ['MHz', 1e6] }),
  ...of('illuminance', { LUX: ['lx', 1], KLX: ['klx', 1e3] }),
  ...of('luminous flux', { LUM: ['lm', 1] }),
  ...of('length', { MTR: ['m', 1], KMT: ['km', 1e3], CMT: ['cm', 0.01], MMT: ['mm', 0.001], DMT: ['dm', 0.1] }),
  ...of('area', { MTK: ['m²', 1], KMK: ['km²', 1e6], HAR: ['ha', 1e4] }),
  ...of('volume', { MTQ: ['m³', 1], LTR: ['l', 0.001], HLT: ['hl', 0.1], MLT: ['ml', 1e-6] }),
  ...of('mass', { KGM: ['kg', 1], GRM: ['g', 1e-3], TNE: ['t', 1e3] }),
  ...of('speed', { MTS: ['m/s', 1], KMH: ['km/h', 1 / 3.6], KNT: ['kn', 1852 / 3600] }),
  ...of('angle', { DD: ['°', 1], C81: ['rad', 180 / Math.PI] }),
  ...of('pressure', { PAL: ['Pa', 1], A97: ['hPa', 100], KPA: ['kPa', 1e3], BAR: ['bar', 1e5], MBR: ['mbar', 100] }),
  ...of('mass concentration', { GQ: ['µg/m³', 1], GP: ['mg/m³', 1e3], M1: ['mg/l', 1e6], GL: ['g/l', 1e9] }),
  ...of('fraction', { '59': ['ppm', 1], '61': ['ppb', 1e-3] }),
  ...of('turbidity', { NTU: ['NTU', 1] }),
  ...of('acidity', { Q30: ['pH', 1] }),
  ...of('conductivity', { D10: ['S/m', 1], G42: ['µS/cm', 1e-4], H61: ['mS/cm', 0.1] }),
  ...of('flow', { MQH: ['m³/h', 1], MQS: ['m³/s', 3600], E32: ['l/h', 0.001], G51: ['l/s', 3.6], L2: ['l/min', 0.06] }),
  ...of('rainfall', { H67: ['mm/h', 1] }),
  ...of('irradiance', { D54: ['W/m²', 1] }),
  ...of('level', { '2N': ['dB', 1] }),
  ...of('signal', { DBM: ['dBm', 1] }),
  ...of('time', {
    SEC: ['s', 1],
    MIN: ['min', 60],
    HUR: ['h', 3600],
    DAY: ['d', 86_400],
    C26: ['ms', 1e-3],
  }),
  ...of('month', { MON: ['month', 1], ANN: ['year', 12] }),
  ...of('person', { IE: ['', 1] }),
]);

/**
 * Converts a value to another unit, rounded to remove binary noise. Undefined: an unknown code, or different
 * dimensions.
 */
export function convert(value: number, from: string, to: string): number | undefined {
  if (from === to) return value;
  const source = UNITS.get(from);
  const target = UNITS.get(to);
  if (source === undefined || target === undefined || source.dimension !== target.dimension) return undefined;
  const base = value * source.factor + (source.offset ?? 0);
  return Number(((base - (target.offset ?? 0)) / target.factor).toPrecision(12));
}
