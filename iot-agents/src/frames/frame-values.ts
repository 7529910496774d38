import { number, object, text } from './json-values.ts';
import type { GatewayReception, GeoPoint, UplinkFrame } from './uplink-frame.ts';

/** Converts megahertz to hertz. */
export function megahertz(value: unknown): number | undefined {
  const read = number(value);
  return read === undefined ? undefined : Math.round(read * 1e6);
}

/** Parses `SF7BW125` or `SF7 BW125 4/5`. */
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

/** The frame's time by the first plausible clock. */
export function believedTime(
  receivedAt: string,
  ...clocks: readonly (readonly ['gateway' | 'lns', string | undefined])[]
): Pick<UplinkFrame, 'time' | 'timeSource'> {
  for (const [timeSource, time] of clocks) {
    if (time !== undefined && plausibleTime(time, receivedAt)) return { time, timeSource };
  }
  return { time: receivedAt, timeSource: 'reception' };
}

/** A frame with nothing but its sender. */
export function bareFrame(lns: string, devEui: string, receivedAt: string): Omit<UplinkFrame, 'kind' | 'dedupKey'> {
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

/** Undefined for positions that mean "unknown": 0,0, source UNKNOWN, out of range, accuracy worse than a kilometre. */
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

/** Whether a time is plausible. An old time of a network server is a late delivery, so there is no maximum age. */
export function plausibleTime(time: string, receivedAt: string): boolean {
  const ms = Date.parse(time);
  return ms > EARLIEST && ms <= Date.parse(receivedAt) + FUTURE_SKEW_MS;
}
