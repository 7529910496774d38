import { bestReception, plausibleTime, point } from '../frames/frame-values.ts';
import type { JsonObject } from '../frames/json-values.ts';
import { base64, eui, isObject, number, object, objects, text, time } from '../frames/json-values.ts';
import type { FrameKind, GatewayReception, UplinkFrame } from '../frames/uplink-frame.ts';
import { EnvelopeError } from '../frames/uplink-frame.ts';
import { CHIRPSTACK_TOPICS, chirpStackDownlinkTopic, chirpStackEvent } from './chirpstack-topics.ts';
import type { NetworkServer } from './network-server.ts';
import { base64Of } from './network-server.ts';

export const chirpStackV4: NetworkServer = {
  name: 'chirpstack-v4',
  topics: CHIRPSTACK_TOPICS,
  recognises: ({ deviceInfo }) => isObject(deviceInfo),
  read: (envelope, topic, receivedAt) => readChirpStack(envelope, chirpStackEvent(topic), receivedAt),
  downlinkTopic: chirpStackDownlinkTopic,
  publishedDownlink: ({ id, devEui, fPort, bytes, confirmed, deadlineMs }) => ({
    id,
    devEui,
    expiresAt: new Date(Date.now() + deadlineMs).toISOString(),
    confirmed,
    fPort,
    data: base64Of(bytes),
  }),
  reportsDownlinks: true,
};

/** Parses an event of ChirpStack v4. `event` is taken from the topic or query; without it, the structure decides. */
function readChirpStack(envelope: JsonObject, event: string | undefined, receivedAt: string): UplinkFrame {
  const info = object(envelope.deviceInfo);
  const devEui = eui(info.devEui);
  if (devEui === undefined) {
    throw new EnvelopeError('unknown_envelope', 'deviceInfo.devEui is missing or not 16 hex digits');
  }
  const serverTime = time(envelope.time);
  const believed = serverTime !== undefined && plausibleTime(serverTime, receivedAt);
  const applicationId = text(info.applicationId);
  const deviceName = text(info.deviceName);
  const sessionKey = text(envelope.devAddr);
  const kindEvent = event ?? eventByShape(envelope);
  const frame: UplinkFrame = {
    kind: 'data',
    lns: 'chirpstack-v4',
    devEui,
    deviceId: devEui,
    ...(applicationId === undefined ? {} : { applicationId }),
    ...(deviceName === undefined ? {} : { deviceName }),
    ...(isObject(info.tags) ? { tags: stringTags(info.tags) } : {}),
    fPort: null,
    fCnt: null,
    confirmed: false,
    payload: new Uint8Array(0),
    time: believed ? serverTime : receivedAt,
    timeSource: believed ? 'lns' : 'reception',
    receivedAt,
    dedupKey: text(envelope.deduplicationId) ?? `${kindEvent}:${devEui}:${serverTime ?? receivedAt}`,
    ...(sessionKey === undefined ? {} : { sessionKey }),
    late: false,
    simulated: false,
    best: null,
    gateways: [],
  };
  const read = EVENTS[kindEvent];
  if (read === undefined) throw new EnvelopeError('unknown_envelope', `ChirpStack event "${kindEvent}" is not known`);
  return { ...frame, ...read(envelope) };
}

const EVENTS: Readonly<Record<string, (envelope: JsonObject) => Partial<UplinkFrame> & { kind: FrameKind }>> = {
  up: readUplink,
  join: () => ({ kind: 'join' }),
  status: (envelope) => {
    const level = number(envelope.batteryLevel);
    const margin = number(envelope.margin);
    return {
      kind: 'status',
      battery:
        envelope.externalPowerSource === true
          ? { kind: 'external' }
          : envelope.batteryLevelUnavailable === true || level === undefined
            ? null
            : { kind: 'level', value: Math.round(level * 100) / 10_000 },
      ...(margin === undefined ? {} : { linkMargin: margin }),
    };
  },
  txack: (envelope) => ({ kind: 'downlink-event', downlink: { state: 'SENT', correlationIds: queueItem(envelope) } }),
  ack: (envelope) => ({
    kind: 'downlink-event',
    downlink:
      envelope.acknowledged === true
        ? { state: 'DELIVERED', correlationIds: queueItem(envelope) }
        : { state: 'ERROR', correlationIds: queueItem(envelope), error: 'not acknowledged' },
  }),
  log: (envelope) => ({
    kind: 'log',
    log: {
      level: text(envelope.level) ?? 'INFO',
      code: text(envelope.code) ?? '',
      description: text(envelope.description) ?? '',
    },
  }),
  location: (envelope) => {
    const place = point(envelope.location);
    return {
      kind: 'location',
      ...(place === undefined ? {} : { networkLocation: { point: place, source: 'network' } }),
    };
  },
  integration: () => ({ kind: 'log' }),
};

function readUplink(envelope: JsonObject): Partial<UplinkFrame> & { kind: FrameKind } {
  const gateways = objects(envelope.rxInfo).map(readGateway);
  const lora = object(object(object(envelope.txInfo).modulation).lora);
  const spreadingFactor = number(lora.spreadingFactor);
  const bandwidthHz = number(lora.bandwidth);
  const frequencyHz = number(object(envelope.txInfo).frequency);
  return {
    kind: 'data',
    fPort: number(envelope.fPort) ?? null,
    // Older releases omit zero, false and empty members.
    fCnt: number(envelope.fCnt) ?? 0,
    confirmed: envelope.confirmed === true,
    payload: base64(envelope.data, 'data'),
    ...(isObject(envelope.object) ? { upstreamDecoded: envelope.object } : {}),
    best: bestReception(gateways),
    gateways,
    ...(spreadingFactor === undefined ? {} : { spreadingFactor }),
    ...(bandwidthHz === undefined ? {} : { bandwidthHz }),
    ...(frequencyHz === undefined ? {} : { frequencyHz }),
  };
}

function readGateway(reception: JsonObject): GatewayReception {
  const id = text(reception.gatewayId);
  const location = point(reception.location);
  const receivedTime = time(reception.gwTime) ?? time(reception.nsTime);
  return {
    ...(id === undefined ? {} : { id }),
    rssi: number(reception.rssi) ?? null,
    snr: number(reception.snr) ?? null,
    ...(location === undefined ? {} : { location }),
    ...(receivedTime === undefined ? {} : { time: receivedTime }),
  };
}

/** For a webhook without `?event=`: each event type has a distinctive member. */
function eventByShape(envelope: JsonObject): string {
  if ('rxInfo' in envelope || 'fPort' in envelope || 'data' in envelope) return 'up';
  if ('margin' in envelope || 'batteryLevel' in envelope) return 'status';
  if ('acknowledged' in envelope) return 'ack';
  if ('gatewayId' in envelope) return 'txack';
  if ('code' in envelope && 'level' in envelope) return 'log';
  if ('location' in envelope) return 'location';
  return 'devAddr' in envelope ? 'join' : 'unknown';
}

function queueItem(envelope: JsonObject): string[] {
  const id = text(envelope.queueItemId);
  return id === undefined ? [] : [id];
}

function stringTags(tags: JsonObject): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tags).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
