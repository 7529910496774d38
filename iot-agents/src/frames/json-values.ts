import { isJsonObject as isObject, type JsonObject } from '@alzette/ngsi-ld-schemas/json';
import { EnvelopeError } from './uplink-frame.ts';

/** Lenient readers shared by all adapters: missing and unexpected members give undefined, never an error. */

export { isObject, type JsonObject };

export function object(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

export function objects(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** A text that the database can store: U+0000 and half surrogate pairs become replacement characters. */
export function text(value: unknown): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  const formed = value.isWellFormed() ? value : value.toWellFormed();
  return formed.includes('\0') ? formed.replaceAll('\0', '\uFFFD') : formed;
}

/** Also parses numbers given as text; an empty text is not a number. */
export function number(value: unknown): number | undefined {
  const read = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof read === 'number' && Number.isFinite(read) ? read : undefined;
}

/** 16 lower-case hex digits, from any spelling with or without separators. */
export function eui(value: unknown): string | undefined {
  const digits = text(value)?.replace(/[-: ]/g, '').toLowerCase();
  return digits !== undefined && /^[0-9a-f]{16}$/.test(digits) ? digits : undefined;
}

/** Also accepts eight bytes in base64. */
export function euiOrBase64(value: unknown): string | undefined {
  const spelled = text(value);
  return spelled !== undefined && /^[A-Za-z0-9+/]{11}=$/.test(spelled)
    ? Buffer.from(spelled, 'base64').toString('hex')
    : eui(spelled);
}

const TIME = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/;

/** ISO 8601 UTC with milliseconds; further digits are truncated, not rounded. */
export function time(value: unknown): string | undefined {
  const match = TIME.exec(text(value) ?? '');
  if (match === null) return undefined;
  const ms = Date.parse(`${match[1]}.${(match[2] ?? '').padEnd(3, '0').slice(0, 3)}${match[3]}`);
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** @throws EnvelopeError the member is not base64 */
export function base64(value: unknown, member: string): Uint8Array {
  if (value === undefined || value === null || value === '') return new Uint8Array(0);
  if (typeof value !== 'string' || !BASE64.test(value)) {
    throw new EnvelopeError('unknown_envelope', `${member} is not base64`);
  }
  return new Uint8Array(Buffer.from(value, 'base64'));
}

/** @throws EnvelopeError the member is not hex */
export function hex(value: unknown, member: string): Uint8Array {
  if (value === undefined || value === null || value === '') return new Uint8Array(0);
  if (typeof value !== 'string' || !/^(?:[0-9A-Fa-f]{2})*$/.test(value)) {
    throw new EnvelopeError('unknown_envelope', `${member} is not hex`);
  }
  return new Uint8Array(Buffer.from(value, 'hex'));
}

/** ISO 8601 UTC from milliseconds since 1970. */
export function epochTime(value: unknown): string | undefined {
  const ms = number(value);
  return ms === undefined || Math.abs(ms) > 8.64e15 ? undefined : new Date(Math.trunc(ms)).toISOString();
}

/** An object with this member, or an empty one if the value is undefined. */
export function optional<K extends string, V>(name: K, value: V | undefined): { [key in K]?: V } {
  // The computed key has the type K.
  return value === undefined ? {} : ({ [name]: value } as { [key in K]: V });
}

/** ISO 8601 UTC from a text or milliseconds; undefined: not a time. */
export function utcTime(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const naive = typeof value === 'string' && !value.endsWith('Z') && /^\d{4}-\d{2}-\d{2}T[\d:.]+$/.test(value);
  const date = new Date(naive ? `${value}Z` : value);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
