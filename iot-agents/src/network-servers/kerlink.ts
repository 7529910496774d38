import { bareFrame, believedTime, bestReception, dataRate, megahertz, point } from '../frames/frame-values.ts';
import type { JsonObject } from '../frames/json-values.ts';
import { base64, epochTime, eui, hex, number, object, objects, optional, text } from '../frames/json-values.ts';
import type { UplinkFrame } from '../frames/uplink-frame.ts';
import { EnvelopeError } from '../frames/uplink-frame.ts';
import type { NetworkServer } from './network-server.ts';

/** Kerlink Wanesy Management Center. */
export const kerlink: NetworkServer = {
  name: 'kerlink',
  topics: [],
  recognises: ({ endDevice }) => 'devEui' in object(endDevice),
  read: (envelope, _topic, receivedAt) => readKerlink(envelope, receivedAt),
  reportsDownlinks: false,
};

/** Parses an uplink pushed by a Kerlink Wanesy Management Center. */
function readKerlink(envelope: JsonObject, receivedAt: string): UplinkFrame {
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
