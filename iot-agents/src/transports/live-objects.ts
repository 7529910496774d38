import type { JsonObject } from './envelope.ts';
import {
  bareFrame,
  believedTime,
  eui,
  hex,
  megahertz,
  number,
  object,
  optional,
  point,
  text,
  time,
} from './envelope.ts';
import type { UplinkFrame } from './uplink-frame.ts';
import { EnvelopeError } from './uplink-frame.ts';

/** Reads a data message of Orange Live Objects that came over LoRaWAN. */
export function readLiveObjects(envelope: JsonObject, receivedAt: string): UplinkFrame {
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
