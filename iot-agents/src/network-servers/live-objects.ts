import { bareFrame, believedTime, megahertz, point } from '../frames/frame-values.ts';
import type { JsonObject } from '../frames/json-values.ts';
import { eui, hex, isObject, number, object, optional, text, time } from '../frames/json-values.ts';
import type { UplinkFrame } from '../frames/uplink-frame.ts';
import { EnvelopeError } from '../frames/uplink-frame.ts';
import type { NetworkServer } from './network-server.ts';
import { hexOf } from './network-server.ts';

/** Orange Live Objects. */
export const liveObjects: NetworkServer = {
  name: 'liveobjects',
  topics: [],
  recognises: ({ metadata }) => isObject(object(object(metadata).network).lora),
  read: (envelope, _topic, receivedAt) => readLiveObjects(envelope, receivedAt),
  postedDownlink: ({ fPort, bytes, confirmed }) => ({ body: { data: hexOf(bytes), port: fPort, confirmed } }),
  reportsDownlinks: false,
};

/** Parses a LoRaWAN data message of Orange Live Objects. */
function readLiveObjects(envelope: JsonObject, receivedAt: string): UplinkFrame {
  const metadata = object(envelope.metadata);
  const lora = object(object(metadata.network).lora);
  const devEui = eui(lora.devEUI) ?? eui(/urn:lo(?:ra|:nsid:lora):([^!]+)/.exec(text(envelope.streamId) ?? '')?.[1]);
  if (devEui === undefined) {
    throw new EnvelopeError('unknown_envelope', 'metadata.network.lora.devEUI is missing or not 16 hex digits');
  }
  const { payload, ...decoded } = object(envelope.value);
  const fCnt = number(lora.fcnt) ?? 0;
  const accuracy = number(object(lora.location).accuracy);
  const { lat: latitude, lon: longitude } = object(lora.location);
  const place = point({ latitude, longitude, accuracy });
  return {
    ...bareFrame('liveobjects', devEui, receivedAt),
    kind: 'data',
    fPort: number(lora.port) ?? null,
    fCnt,
    confirmed: lora.messageType === 'CONFIRMED_DATA_UP',
    payload: hex(payload, 'value.payload'),
    ...optional('upstreamDecoded', Object.keys(decoded).length > 0 ? decoded : undefined),
    ...believedTime(receivedAt, ['lns', time(envelope.timestamp)], ['lns', time(envelope.created)]),
    dedupKey: text(envelope.id) ?? `${devEui}:${fCnt}:${text(envelope.timestamp)}`,
    best: { rssi: number(lora.rssi) ?? null, snr: number(lora.snr) ?? null },
    ...optional('spreadingFactor', number(lora.sf)),
    ...optional('frequencyHz', megahertz(lora.frequency)),
    ...(place === undefined ? {} : { networkLocation: { point: place, source: 'network' } }),
  };
}
