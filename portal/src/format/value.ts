import { intlLocale } from '../i18n/locales.ts';

/** Symbols of the UN/CEFACT codes in our models. */
const UNIT_SYMBOLS: Record<string, string> = {
  WTT: 'W',
  KWT: 'kW',
  WHR: 'Wh',
  KWH: 'kWh',
  VLT: 'V',
  AMP: 'A',
  HTZ: 'Hz',
  CEL: '°C',
  DBM: 'dBm',
  '2N': 'dB',
  P1: '%',
  LUX: 'lx',
  LTR: 'l',
  MTQ: 'm³',
  MTR: 'm',
  CMT: 'cm',
  KGM: 'kg',
  HUR: 'h',
  MIN: 'min',
  SEC: 's',
  HPA: 'hPa',
  GQ: 'µg/m³',
  '59': 'ppm',
};

/** The units that people choose from. */
export const UNIT_CODES = Object.keys(UNIT_SYMBOLS);

/** Attributes with values of 0..1 that are shown as per cent. */
const RATIOS = new Set(['fillingLevel', 'illuminanceLevel', 'batteryLevel', 'relativeHumidity', 'linkQuality']);

/** Whether an attribute's values are 0..1 and shown as per cent. */
export function isRatio(name: string, unitCode: string | undefined): boolean {
  return RATIOS.has(name) && unitCode === undefined;
}

/** `kWh` for `KWH`; an unknown code stays unchanged. */
export function unitSymbol(unitCode: string): string {
  return UNIT_SYMBOLS[unitCode] ?? unitCode;
}

const ISO_DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;
const SAFE_SPACE = '\u00a0';

/** Formats a value with its unit: numbers, dates and lists in the locale. */
export function formatValue(name: string, value: unknown, unitCode: string | undefined, locale: string): string {
  if (typeof value === 'number') return formatNumber(name, value, unitCode, locale);
  if (typeof value === 'string') return ISO_DATE_TIME.test(value) ? formatDate(value, locale) : value;
  if (Array.isArray(value) && value.length > 0)
    return value.map((part) => formatValue(name, part, unitCode, locale)).join(', ');
  if (value === null || value === undefined || Array.isArray(value)) return '–';
  return typeof value === 'object' ? formatObject(value, locale) : String(value);
}

/** `totalActivePower` → `Total active power`, for attributes without a translation. */
export function humanised(name: string): string {
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function formatNumber(name: string, value: number, unitCode: string | undefined, locale: string): string {
  if (isRatio(name, unitCode)) {
    return new Intl.NumberFormat(intlLocale(locale), { style: 'percent', maximumFractionDigits: 0 }).format(value);
  }
  const number = new Intl.NumberFormat(intlLocale(locale), { maximumFractionDigits: 2 }).format(value);
  return unitCode === undefined ? number : `${number}${SAFE_SPACE}${unitSymbol(unitCode)}`;
}

function formatDate(value: string, locale: string): string {
  const at = Date.parse(value);
  if (Number.isNaN(at)) return value;
  return new Intl.DateTimeFormat(intlLocale(locale), { dateStyle: 'medium', timeStyle: 'short' }).format(at);
}

function formatObject(value: object, locale: string): string {
  if ('coordinates' in value && 'type' in value && Array.isArray(value.coordinates)) {
    if (value.type !== 'Point') return String(value.type);
    const [longitude, latitude] = value.coordinates;
    const degrees = new Intl.NumberFormat(intlLocale(locale), { maximumFractionDigits: 5 });
    return [latitude, longitude].map((part) => degrees.format(Number(part))).join(' · ');
  }
  const parts = Object.entries(value).filter(([key]) => !key.startsWith('@') && key !== 'type');
  return parts.map(([, part]) => (typeof part === 'object' ? JSON.stringify(part) : String(part))).join(', ');
}
