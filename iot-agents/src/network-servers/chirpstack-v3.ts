import { bareFrame, believedTime, bestReception, point } from '../frames/frame-values.ts';
import type { JsonObject } from '../frames/json-values.ts';
import { base64, euiOrBase64, isObject, number, object, objects, optional, text, time } from '../frames/json-values.ts';
import type { FrameKind, GatewayReception, UplinkFrame } from '../frames/uplink-frame.ts';
import { EnvelopeError } from '../frames/uplink-frame.ts';
import { CHIRPSTACK_TOPICS, chirpStackDownlinkTopic, chirpStackEvent } from './chirpstack-topics.ts';
import type { NetworkServer } from './network-server.ts';
import { base64Of } from './network-server.ts';

export const chirpStackV3: NetworkServer = {
  name: 'chirpstack-v3',
  topics: CHIRPSTACK_TOPICS,
  recognises: (envelope) => 'devEUI' in envelope && 'applicationID' in envelope,
  read: (envelope, topic, receivedAt) => readChirpStackV3(envelope, chirpStackEvent(topic), receivedAt),
  downlinkTopic: chirpStackDownlinkTopic,
  publishedDownlink: ({ fPort, bytes, confirmed }) => ({ confirmed, fPort, data: base64Of(bytes) }),
  reportsDownlinks: true,
};

/** Parses an event of ChirpStack v3 from either marshaler: `json_v3` writes identifiers in hex, `json` in base64. */
function readChirpStackV3(envelope: JsonObject, event: string | undefined, receivedAt: string): UplinkFrame {
  const devEui = euiOrBase64(envelope.devEUI);
  if (devEui === undefined) throw new EnvelopeError('unknown_envelope', 'devEUI is neither 16 hex digits nor base64');
  const kindEvent = event ?? eventByShape(envelope);
  const read = EVENTS[kindEvent];
  if (read === undefined) throw new EnvelopeError('unknown_envelope', `ChirpStack event "${kindEvent}" is not known`);
  const frame = {
    ...bareFrame('chirpstack-v3', devEui, receivedAt),
    ...believedTime(receivedAt, ['lns', time(envelope.publishedAt)]),
    ...optional('applicationId', text(envelope.applicationID)),
    ...optional('deviceName', text(envelope.deviceName)),
    ...optional('sessionKey', text(envelope.devAddr)),
    dedupKey: `${kindEvent}:${devEui}:${text(envelope.publishedAt) ?? receivedAt}`,
  };
  return { ...frame, ...read(envelope, receivedAt) };
}

type EventPart = Partial<UplinkFrame> & { kind: FrameKind };

const EVENTS: Readonly<Record<string, (envelope: JsonObject, receivedAt: string) => EventPart>> = {
  up: readUplink,
  join: () => ({ kind: 'join' }),
  status: (envelope) => {
    const level = number(envelope.batteryLevel);
    return {
      kind: 'status',
      battery:
        envelope.externalPowerSource === true
          ? { kind: 'external' }
          : envelope.batteryLevelUnavailable === true || level === undefined
            ? null
            : { kind: 'level', value: Math.round(level * 100) / 10_000 },
      ...optional('linkMargin', number(envelope.margin)),
    };
  },
  // These don't identify the downlink: the oldest open command of the device is assumed.
  txack: () => ({ kind: 'downlink-event', downlink: { state: 'SENT', correlationIds: [] } }),
  ack: ({ acknowledged }) => ({
    kind: 'downlink-event',
    downlink:
      acknowledged === true
        ? { state: 'DELIVERED', correlationIds: [] }
        : { state: 'ERROR', correlationIds: [], error: 'not acknowledged' },
  }),
  error: ({ type, error }) => ({
    kind: 'log',
    log: { level: 'ERROR', code: text(type) ?? '', description: text(error) ?? '' },
  }),
  location: ({ location }) => {
    const place = point(location);
    return {
      kind: 'location',
      ...(place === undefined ? {} : { networkLocation: { point: place, source: 'network' } }),
    };
  },
};

function readUplink(envelope: JsonObject, receivedAt: string): EventPart {
  const gateways = objects(envelope.rxInfo).map(readGateway);
  const best = bestReception(gateways);
  const tx = object(envelope.txInfo);
  const lora = object(tx.loRaModulationInfo);
  const bandwidth = number(lora.bandwidth);
  const fCnt = number(envelope.fCnt) ?? 0;
  const gatewayTime = gateways.find(({ id }) => id === best?.gatewayId)?.time;
  return {
    kind: 'data',
    fPort: number(envelope.fPort) ?? null,
    fCnt,
    confirmed: envelope.confirmedUplink === true,
    payload: base64(envelope.data, 'data'),
    ...optional('upstreamDecoded', decodedObject(envelope)),
    ...believedTime(receivedAt, ['gateway', gatewayTime], ['lns', time(envelope.publishedAt)]),
    dedupKey: [envelope.devEUI, envelope.devAddr ?? gatewayTime, fCnt, envelope.data].join(':'),
    best,
    gateways,
    ...optional('spreadingFactor', number(lora.spreadingFactor)),
    // Kilohertz here, hertz in v4.
    ...optional('bandwidthHz', bandwidth === undefined ? undefined : bandwidth * 1000),
    ...optional('frequencyHz', number(tx.frequency)),
  };
}

function readGateway(reception: JsonObject): GatewayReception {
  return {
    ...optional('id', euiOrBase64(reception.gatewayID)),
    rssi: number(reception.rssi) ?? null,
    snr: number(reception.loRaSNR) ?? null,
    ...optional('location', point(reception.location)),
    ...optional('time', time(reception.time)),
  };
}

function decodedObject({ object: decoded, objectJSON }: JsonObject): JsonObject | undefined {
  if (isObject(decoded)) return decoded;
  try {
    const parsed: unknown = JSON.parse(text(objectJSON) ?? 'null');
    return isObject(parsed) ? parsed : undefined;
  } catch {
    throw new EnvelopeError('unknown_envelope', 'objectJSON is not JSON');
  }
}

function eventByShape(envelope: JsonObject): string {
  if ('rxInfo' in envelope || 'fPort' in envelope || 'data' in envelope) return 'up';
  if ('margin' in envelope || 'batteryLevel' in envelope) return 'status';
  if ('acknowledged' in envelope) return 'ack';
  if ('error' in envelope) return 'error';
  if ('location' in envelope) return 'location';
  return 'devAddr' in envelope ? 'join' : 'txack';
}
