import { createHash } from 'node:crypto';
import { RE2JS } from 're2js';

/** Arguments have the types that an expression gives them; what is of no use becomes null or NaN, as in JavaScript. */
export type Transform = (...values: never) => unknown;

/** Transforms for expressions, e.g. `data.distance|clamp(0,2500)|round(1)`, with FIWARE's names where they exist. */
export const transforms: { readonly [name: string]: Transform } = {
  round: (value: unknown, digits = 0) => Math.round(Number(value) * 10 ** digits) / 10 ** digits,
  floor: (value: unknown) => Math.floor(Number(value)),
  ceil: (value: unknown) => Math.ceil(Number(value)),
  abs: (value: unknown) => Math.abs(Number(value)),
  clamp: (value: unknown, min: number, max: number) => Math.min(Math.max(Number(value), min), max),
  tofixed: (value: unknown, digits = 0) => Number(value).toFixed(digits),
  parseint: (value: unknown) => orNull(Number.parseInt(String(value), 10)),
  parsefloat: (value: unknown) => orNull(Number.parseFloat(String(value))),
  tostring: (value: unknown) => String(value),
  toisodate: (value: unknown) => isoDate(value),
  uppercase: (value: unknown) => String(value).toUpperCase(),
  touppercase: (value: unknown) => String(value).toUpperCase(),
  tolowercase: (value: unknown) => String(value).toLowerCase(),
  trim: (value: unknown) => String(value).trim(),
  substr: (value: unknown, start: number, length?: number) =>
    String(value).slice(start, length === undefined ? undefined : start + length),
  split: (value: unknown, by: string) => String(value).split(by),
  length: (value: unknown) => (Array.isArray(value) || typeof value === 'string' ? value.length : undefined),
  mapper: (value: unknown, from: unknown[], to: unknown[]) => to[from.indexOf(value)],
  thmapper: (value: unknown, thresholds: number[], to: unknown[]) =>
    to[thresholds.findIndex((threshold) => Number(value) <= threshold)],
  bitwisemask: (value: unknown, mask: number, operator: string, shift = 0) => {
    const x = Number(value);
    const masked = operator === '&' ? x & mask : operator === '|' ? x | mask : operator === '^' ? x ^ mask : x;
    return masked >> shift;
  },
  jsonparse: (value: unknown) => {
    try {
      return JSON.parse(String(value));
    } catch {
      return null;
    }
  },
  jsonstringify: (value: unknown) => JSON.stringify(value) ?? null,
  indexOf: (value: unknown, part: string) => String(value).indexOf(part),
  typeof: (value: unknown) => typeof value,
  isarray: (value: unknown) => Array.isArray(value),
  isnan: (value: unknown) => Number.isNaN(Number(value)),
  lengtharray: (value: unknown) => list(value)?.length,
  addreduce: (value: unknown) => list(value)?.reduce<number>((sum, item) => sum + Number(item), 0),
  joinarrtostr: (value: unknown, by = '') => list(value)?.join(by),
  concatarr: (value: unknown, other: unknown) => list(value)?.concat(other),
  slice: (value: unknown, from: number, to?: number) => (list(value) ?? String(value)).slice(from, to),
  addset: (value: unknown, item: unknown) => [...new Set([...(list(value) ?? []), item])],
  removeset: (value: unknown, item: unknown) => list(value)?.filter((other) => other !== item),
  urlencode: (value: unknown) => encodeURIComponent(String(value)),
  urldecode: (value: unknown) => decodeURIComponent(String(value)),
  replacestr: (value: unknown, from: string, to: string) => String(value).replace(from, () => to),
  replaceallstr: (value: unknown, from: string, to: string) => String(value).replaceAll(from, () => to),
  replaceregexp: (value: unknown, from: string, to: string) => linear(from).matcher(shortText(value)).replaceFirst(to),
  replaceallregexp: (value: unknown, from: string, to: string) => linear(from).matcher(shortText(value)).replaceAll(to),
  gettime: (value: unknown) => orNull(new Date(value as string | number).getTime()),
  toisostring: (value: unknown) => isoDate(value),
  timeoffset: (value: unknown) => orNull(new Date(value as string | number).getTimezoneOffset()),
  now: () => new Date().toISOString(),
  localestring: (value: unknown, zone = 'UTC', locale = 'en-GB') =>
    new Date(value as string | number).toLocaleString(locale, { timeZone: zone }),
  localestringnumber: (value: unknown, locale = 'en-GB', options = {}) => Number(value).toLocaleString(locale, options),
  hextostring: (value: unknown) => Buffer.from(String(value), 'hex').toString(),
  valuePicker: (value: unknown, picked: unknown) => keysWith(value, [picked]),
  valuePickerMulti: (value: unknown, picked: unknown) => keysWith(value, list(picked) ?? []),
  hash: (value: unknown) => createHash('sha256').update(String(value)).digest('hex'),
};

/** The most characters of results that may be much longer than what they are made from. */
export const resultSizes: { readonly [name: string]: (...values: never) => number } = {
  replaceallstr: (value: unknown, from: unknown, to: unknown) =>
    timesIn(String(value), String(from)) * String(to).length,
  // Each match is replaced once, and each character of the replacement may insert the match.
  replaceallregexp: (value: unknown, _: unknown, to: unknown) => (String(value).length + 1) * String(to).length,
  replaceregexp: (value: unknown, _: unknown, to: unknown) => (String(value).length + 1) * String(to).length,
  joinarrtostr: (value: unknown, by: unknown = '') => (list(value)?.length ?? 0) * String(by).length,
  tofixed: () => LONGEST_NUMBER,
};

/** A number may have 300 digits before the point, and 100 behind it. */
const LONGEST_NUMBER = 401;

function timesIn(text: string, part: string): number {
  if (part === '') return text.length + 1;
  let times = 0;
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) times += 1;
  return times;
}

function list(value: unknown): unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

function keysWith(value: unknown, picked: readonly unknown[]): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value)
    .filter(([, held]) => picked.includes(held))
    .map(([name]) => name);
}

const LONGEST_TEXT = 4096;

/** Limits the input of patterns, so that neither device data nor an operator's pattern can cause long run times. */
function shortText(value: unknown): string {
  const text = String(value);
  if (text.length > LONGEST_TEXT) throw new Error(`a text of ${text.length} characters is too long for a pattern`);
  return text;
}

/** RE2 matches in linear time. @throws Error: look-around and back references are not supported */
function linear(pattern: string): RE2JS {
  return RE2JS.compile(pattern);
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

function isoDate(value: unknown): string | null {
  const date = typeof value === 'number' || typeof value === 'string' ? new Date(value) : undefined;
  return date === undefined || Number.isNaN(date.getTime()) ? null : date.toISOString();
}
