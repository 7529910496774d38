import type { GatewayReception, GeoPoint, NetworkServer, UplinkFrame } from './uplink-frame.ts';
import { EnvelopeError } from './uplink-frame.ts';

/** The lenient readers that every adapter shares: absent and odd members give undefined, never a throw. */

export type JsonObject = { readonly [member: string]: unknown };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function object(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

export function objects(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Also reads numbers that came as text; an empty text is no number. */
export function number(value: unknown): number | undefined {
  const read = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof read === 'number' && Number.isFinite(read) ? read : undefined;
}

/** 16 lower-case hex digits from any spelling with or without separators. */
export function eui(value: unknown): string | undefined {
  const digits = text(value)?.replace(/[-: ]/g, '').toLowerCase();
  return digits !== undefined && /^[0-9a-f]{16}$/.test(digits) ? digits : undefined;
}

/** Also reads the base64 spelling of eight bytes. */
export function euiOrBase64(value: unknown): string | undefined {
  const spelled = text(value);
  return spelled !== undefined && /^[A-Za-z0-9+/]{11}=$/.test(spelled)
    ? Buffer.from(spelled, 'base64').toString('hex')
    : eui(spelled);
}

const TIME = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/;

/** ISO 8601 UTC with milliseconds: further digits are cut, not rounded. */
export function time(value: unknown): string | undefined {
  const match = TIME.exec(text(value) ?? '');
  if (match === null) return undefined;
  const ms = Date.parse(`${match[1]}.${(match[2] ?? '').padEnd(3, '0').slice(0, 3)}${match[3]}`);
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** @throws EnvelopeError the member holds something that is not base64 */
export function base64(value: unknown, member: string): Uint8Array {
  if (value === undefined || value === null || value === '') return new Uint8Array(0);
  if (typeof value !== 'string' || !BASE64.test(value)) {
    throw new EnvelopeError('unknown_envelope', `${member} is not base64`);
  }
  return new Uint8Array(Buffer.from(value, 'base64'));
}

/** @throws EnvelopeError the member holds something that is not hex */
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

/** Hertz from megahertz. */
export function megahertz(value: unknown): number | undefined {
  const read = number(value);
  return read === undefined ? undefined : Math.round(read * 1e6);
}

/** Reads `SF7BW125` or `SF7 BW125 4/5`. */
export function dataRate(value: unknown): { spreadingFactor?: number; bandwidthHz?: number } {
  const match = /^SF(\d{1,2})\s*BW(\d{1,4})/.exec(text(value) ?? '');
  return match === null ? {} : { spreadingFactor: Number(match[1]), bandwidthHz: Number(match[2]) * 1000 };
}

/** LoRaWAN DevStatus: 0 external power, 1..254 a level, 255 unknown. */
export function deviceStatusBattery(value: unknown): UplinkFrame['battery'] {
  const level = number(value);
  if (level === undefined || level < 0 || level > 254) return null;
  return level === 0
    ? { kind: 'external' }
    : { kind: 'level', value: Math.round(((level - 1) / 253) * 10_000) / 10_000 };
}

/** The member of this name, unless there is no value for it. */
export function optional<K extends string, V>(name: K, value: V | undefined): { [key in K]?: V } {
  // The computed key has the type K.
  return value === undefined ? {} : ({ [name]: value } as { [key in K]: V });
}

/** The frame's time by the first clock that can be believed. */
export function believedTime(
  receivedAt: string,
  ...clocks: readonly (readonly ['gateway' | 'lns', string | undefined])[]
): Pick<UplinkFrame, 'time' | 'timeSource'> {
  for (const [timeSource, time] of clocks) {
    if (time !== undefined && plausibleTime(time, receivedAt)) return { time, timeSource };
  }
  return { time: receivedAt, timeSource: 'reception' };
}

/** A frame of which only the sender is known yet. */
export function bareFrame(
  lns: NetworkServer,
  devEui: string,
  receivedAt: string,
): Omit<UplinkFrame, 'kind' | 'dedupKey'> {
  return {
    lns,
    devEui,
    deviceId: devEui,
    fPort: null,
    fCnt: null,
    confirmed: false,
    payload: new Uint8Array(0),
    time: receivedAt,
    timeSource: 'reception',
    receivedAt,
    late: false,
    simulated: false,
    best: null,
    gateways: [],
  };
}

/** Undefined for the places that mean "unknown": 0,0, source UNKNOWN, out of range, less exact than a kilometre. */
export function point(value: unknown): GeoPoint | undefined {
  const location = object(value);
  const latitude = number(location.latitude);
  const longitude = number(location.longitude);
  const altitude = number(location.altitude);
  if (latitude === undefined || longitude === undefined || (latitude === 0 && longitude === 0)) return undefined;
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return undefined;
  if (location.source === 'UNKNOWN' || (number(location.accuracy) ?? 0) > 1000) return undefined;
  return {
    type: 'Point',
    coordinates: altitude === undefined ? [longitude, latitude] : [longitude, latitude, altitude],
  };
}

export function bestReception(gateways: readonly GatewayReception[]): UplinkFrame['best'] {
  let best: GatewayReception | undefined;
  for (const gateway of gateways) {
    if (best === undefined || strength(gateway.snr, best.snr) > 0) best = gateway;
    else if (strength(gateway.snr, best.snr) === 0 && strength(gateway.rssi, best.rssi) > 0) best = gateway;
  }
  if (best === undefined) return null;
  const id = best.id ?? best.eui;
  return { ...(id === undefined ? {} : { gatewayId: id }), rssi: best.rssi, snr: best.snr };
}

function strength(a: number | null, b: number | null): number {
  const difference = (a ?? Number.NEGATIVE_INFINITY) - (b ?? Number.NEGATIVE_INFINITY);
  return Number.isNaN(difference) ? 0 : difference;
}

const EARLIEST = Date.parse('2015-01-01T00:00:00Z');
const FUTURE_SKEW_MS = 5 * 60_000;

/** Whether a clock can be believed. A network server's old time is a late delivery, so there is no oldest age here. */
export function plausibleTime(time: string, receivedAt: string): boolean {
  const ms = Date.parse(time);
  return ms > EARLIEST && ms <= Date.parse(receivedAt) + FUTURE_SKEW_MS;
}
