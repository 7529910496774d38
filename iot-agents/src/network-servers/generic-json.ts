import { bareFrame, believedTime } from '../frames/frame-values.ts';
import { pointed } from '../frames/json-pointer.ts';
import type { JsonObject } from '../frames/json-values.ts';
import { base64, epochTime, euiOrBase64, hex, isObject, number, optional, text, time } from '../frames/json-values.ts';
import type { UplinkFrame } from '../frames/uplink-frame.ts';
import { EnvelopeError } from '../frames/uplink-frame.ts';

/** The locations of an uplink's members, as JSON pointers (RFC 6901), for network servers without an adapter. */
export interface JsonPointers {
  readonly devEui: string;
  readonly payload?: string;
  /** Default hex; `bytes`: a list of numbers. */
  readonly payloadEncoding?: 'hex' | 'base64' | 'bytes';
  readonly decoded?: string;
  readonly fPort?: string;
  readonly fCnt?: string;
  readonly time?: string;
  /** Default iso. */
  readonly timeFormat?: 'iso' | 'epoch-s' | 'epoch-ms';
  readonly rssi?: string;
  readonly snr?: string;
  readonly dedupKey?: string;
}

/** Parses an uplink with the pointers of its connection. @throws EnvelopeError there is no devEui */
export function readByPointers(envelope: JsonObject, pointers: JsonPointers, receivedAt: string): UplinkFrame {
  const at = (pointer: string | undefined): unknown => (pointer === undefined ? undefined : pointed(envelope, pointer));
  const devEui = euiOrBase64(at(pointers.devEui));
  if (devEui === undefined) {
    throw new EnvelopeError(
      'unknown_envelope',
      `${pointers.devEui} is ${JSON.stringify(at(pointers.devEui)) ?? 'missing'}, expected a DevEUI`,
    );
  }
  const given = at(pointers.time);
  const sent =
    pointers.timeFormat === 'epoch-ms'
      ? epochTime(given)
      : pointers.timeFormat === 'epoch-s'
        ? epochTime((number(given) ?? Number.NaN) * 1000)
        : time(given);
  const decoded = at(pointers.decoded);
  const radio = { rssi: number(at(pointers.rssi)) ?? null, snr: number(at(pointers.snr)) ?? null };
  const fCnt = number(at(pointers.fCnt));
  const key = at(pointers.dedupKey);
  return {
    ...bareFrame('generic', devEui, receivedAt),
    kind: 'data',
    fPort: number(at(pointers.fPort)) ?? null,
    fCnt: fCnt ?? null,
    payload: readPayload(at(pointers.payload), pointers),
    ...optional('upstreamDecoded', isObject(decoded) ? decoded : undefined),
    ...believedTime(receivedAt, ['lns', sent]),
    dedupKey: text(key) ?? number(key)?.toString() ?? `${devEui}:${fCnt}:${sent ?? receivedAt}`,
    best: radio.rssi === null && radio.snr === null ? null : radio,
  };
}

function readPayload(value: unknown, { payload = '', payloadEncoding }: JsonPointers): Uint8Array {
  if (payloadEncoding === 'base64') return base64(value, payload);
  if (payloadEncoding !== 'bytes') return hex(value, payload);
  if (value === undefined) return new Uint8Array(0);
  const isBytes = Array.isArray(value) && value.every((byte) => Number.isInteger(byte) && byte >= 0 && byte <= 255);
  if (!isBytes) throw new EnvelopeError('unknown_envelope', `${payload} is not a list of bytes`);
  return Uint8Array.from(value);
}
