import type { JsonObject } from './envelope.ts';
import {
  bareFrame,
  base64,
  believedTime,
  bestReception,
  dataRate,
  epochTime,
  eui,
  hex,
  megahertz,
  number,
  object,
  objects,
  optional,
  point,
  text,
} from './envelope.ts';
import type { UplinkFrame } from './uplink-frame.ts';
import { EnvelopeError } from './uplink-frame.ts';

/** Reads the uplink that a Kerlink Wanesy Management Center pushes. */
export function readKerlink(envelope: JsonObject, receivedAt: string): UplinkFrame {
  const device = object(envelope.endDevice);
  const devEui = eui(device.devEui);
  if (devEui === undefined) {
    throw new EnvelopeError('unknown_envelope', 'endDevice.devEui is missing or not 16 hex digits');
  }
  const gateways = objects(envelope.gwInfo).map((reception) => ({
    ...optional('id', eui(reception.gwEui)),
    rssi: number(reception.rssi) ?? null,
    snr: number(reception.snr) ?? null,
    ...optional('location', point(reception)),
  }));
  const fCnt = number(envelope.fCntUp) ?? 0;
  const sent = epochTime(envelope.recvTime);
  return {
    ...bareFrame('kerlink', devEui, receivedAt),
    kind: 'data',
    fPort: number(envelope.fPort) ?? null,
    fCnt,
    confirmed: envelope.confirmed === true,
    payload: envelope.encodingType === 'HEXA' ? hex(envelope.payload, 'payload') : base64(envelope.payload, 'payload'),
    ...believedTime(receivedAt, ['lns', sent], ['gateway', epochTime(envelope.gwRecvTime)]),
    ...optional('sessionKey', text(device.devAddr)),
    dedupKey: text(envelope.id) ?? `${devEui}:${fCnt}:${sent}`,
    late: envelope.delayed === true,
    best: bestReception(gateways),
    gateways,
    ...dataRate(envelope.dataRate),
    ...optional('frequencyHz', megahertz(envelope.ulFrequency)),
  };
}
