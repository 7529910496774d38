import { createHash } from 'node:crypto';
import { bestReception, plausibleTime, point } from '../frames/frame-values.ts';
import type { JsonObject } from '../frames/json-values.ts';
import { base64, eui, isObject, number, object, objects, optional, text, time } from '../frames/json-values.ts';
import type { DownlinkState, FrameKind, GatewayReception, UplinkFrame } from '../frames/uplink-frame.ts';
import { EnvelopeError } from '../frames/uplink-frame.ts';
import type { Downlink, NetworkServer } from './network-server.ts';
import { base64Of } from './network-server.ts';

const GATEWAY_CLOCK_MS = 5 * 60_000;

const DOWNLINK_STATES: Readonly<Record<string, DownlinkState>> = {
  downlink_queued: 'QUEUED',
  downlink_sent: 'SENT',
  downlink_ack: 'DELIVERED',
  downlink_nack: 'RETRYING',
  downlink_failed: 'ERROR',
  downlink_queue_invalidated: 'RETRYING',
};

/** The Things Stack v3, by MQTT or webhook. */
export const theThingsStack: NetworkServer = {
  name: 'ttn-v3',
  topics: [
    'v3/+/devices/+/up',
    'v3/+/devices/+/join',
    'v3/+/devices/+/down/queued',
    'v3/+/devices/+/down/sent',
    'v3/+/devices/+/down/ack',
    'v3/+/devices/+/down/nack',
    'v3/+/devices/+/down/failed',
    'v3/+/devices/+/location/solved',
  ],
  recognises: ({ end_device_ids }) => isObject(end_device_ids),
  read: (envelope, _topic, receivedAt) => readThingsStack(envelope, receivedAt),
  downlinkTopic(topic) {
    const device = /^(.*v3\/[^/]+\/devices\/[^/]+)\/up$/.exec(topic)?.[1];
    return device === undefined ? undefined : `${device}/down/push`;
  },
  publishedDownlink: writeDownlink,
  postedDownlink: (downlink) => ({ body: writeDownlink(downlink) }),
  reportsDownlinks: true,
};

function writeDownlink({ id, fPort, bytes, confirmed }: Downlink): object {
  const correlation_ids = [`cmd:${id}`];
  return {
    downlinks: [{ f_port: fPort, frm_payload: base64Of(bytes), confirmed, priority: 'NORMAL', correlation_ids }],
  };
}

/** Parses messages of The Things Stack v3: uplinks, joins, solved locations, and events about downlinks. */
function readThingsStack(envelope: JsonObject, receivedAt: string): UplinkFrame {
  const ids = object(envelope.end_device_ids);
  const deviceId = text(ids.device_id) ?? eui(ids.dev_eui);
  if (deviceId === undefined)
    throw new EnvelopeError('unknown_envelope', 'end_device_ids has neither device_id nor dev_eui');
  const serverTime = time(envelope.received_at);
  const common = {
    lns: 'ttn-v3' as const,
    ...optional('devEui', eui(ids.dev_eui)),
    deviceId,
    ...optional('applicationId', text(object(ids.application_ids).application_id)),
    fPort: null,
    fCnt: null,
    confirmed: false,
    payload: new Uint8Array(0),
    time: serverTime ?? receivedAt,
    timeSource: serverTime === undefined ? ('reception' as const) : ('lns' as const),
    receivedAt,
    late: false,
    simulated: envelope.simulated === true,
    best: null,
    gateways: [],
  };
  if (isObject(envelope.uplink_message))
    return { ...common, ...readUplink(envelope, envelope.uplink_message, receivedAt) };
  const event = (kind: FrameKind, extra: Partial<UplinkFrame>): UplinkFrame => ({
    ...common,
    kind,
    dedupKey: `${kind}:${deviceId}:${correlationIds(envelope)[0] ?? common.time}`,
    ...extra,
  });
  if (isObject(envelope.join_accept)) {
    return event('join', optional('sessionKey', text(envelope.join_accept.session_key_id)));
  }
  if (isObject(envelope.location_solved)) {
    const solved = object(envelope.location_solved.location);
    const solvedPoint = point(solved);
    const accuracy = number(solved.accuracy);
    return event(
      'location',
      solvedPoint === undefined
        ? {}
        : {
            networkLocation: {
              point: solvedPoint,
              ...optional('accuracy', accuracy),
              source: text(envelope.location_solved.service) ?? 'network',
            },
          },
    );
  }
  for (const [member, state] of Object.entries(DOWNLINK_STATES)) {
    const downlink = envelope[member];
    if (!isObject(downlink)) continue;
    const error = text(object(downlink.error).message_format);
    return event('downlink-event', {
      downlink: { state, correlationIds: correlationIds(envelope), ...optional('error', error) },
    });
  }
  throw new EnvelopeError('unknown_envelope', 'a message of The Things Stack without uplink_message or a known event');
}

type Uplink = Pick<
  UplinkFrame,
  'kind' | 'fPort' | 'fCnt' | 'confirmed' | 'payload' | 'time' | 'timeSource' | 'dedupKey' | 'best' | 'gateways'
> &
  Partial<UplinkFrame>;

function readUplink(envelope: JsonObject, uplink: JsonObject, receivedAt: string): Uplink {
  const payload = base64(uplink.frm_payload, 'uplink_message.frm_payload');
  const gateways = objects(uplink.rx_metadata).map(readGateway);
  const best = bestReception(gateways);
  const lora = object(object(object(uplink.settings).data_rate).lora);
  const serverTime = time(uplink.received_at) ?? time(envelope.received_at);
  const battery = number(object(uplink.last_battery_percentage).value);
  const user = point(object(uplink.locations).user);
  return {
    kind: 'data',
    fPort: number(uplink.f_port) ?? null,
    // Zero, false and empty members are omitted by the sender.
    fCnt: number(uplink.f_cnt) ?? 0,
    confirmed: uplink.confirmed === true,
    payload,
    ...optional('upstreamDecoded', isObject(uplink.decoded_payload) ? uplink.decoded_payload : undefined),
    ...optional('upstreamWarnings', texts(uplink.decoded_payload_warnings)),
    ...frameTime(gateways, best, serverTime, receivedAt),
    dedupKey: dedupKey(envelope, uplink, payload),
    ...optional('sessionKey', text(uplink.session_key_id)),
    best,
    gateways,
    ...optional('spreadingFactor', number(lora.spreading_factor)),
    ...optional('bandwidthHz', number(lora.bandwidth)),
    ...optional('frequencyHz', number(object(uplink.settings).frequency)),
    ...(battery === undefined ? {} : { battery: { kind: 'level' as const, value: battery / 100 } }),
    ...(user === undefined ? {} : { networkLocation: { point: user, source: 'registry' } }),
  };
}

function readGateway(reception: JsonObject): GatewayReception {
  const ids = object(reception.gateway_ids);
  return {
    ...optional('id', text(ids.gateway_id)),
    ...optional('eui', eui(ids.eui)),
    rssi: number(reception.rssi) ?? null,
    snr: number(reception.snr) ?? null,
    ...optional('location', point(reception.location)),
    ...optional('time', time(reception.time)),
  };
}

/** The best gateway's clock if it agrees with the server's within five minutes, otherwise the server's. */
function frameTime(
  gateways: readonly GatewayReception[],
  best: UplinkFrame['best'],
  serverTime: string | undefined,
  receivedAt: string,
): Pick<UplinkFrame, 'time' | 'timeSource'> {
  const gatewayTime = gateways.find((gateway) => best !== null && (gateway.id ?? gateway.eui) === best.gatewayId)?.time;
  const reference = serverTime ?? receivedAt;
  if (gatewayTime !== undefined && Math.abs(Date.parse(gatewayTime) - Date.parse(reference)) <= GATEWAY_CLOCK_MS) {
    return { time: gatewayTime, timeSource: 'gateway' };
  }
  if (serverTime !== undefined && plausibleTime(serverTime, receivedAt)) return { time: serverTime, timeSource: 'lns' };
  return { time: receivedAt, timeSource: 'reception' };
}

function dedupKey(envelope: JsonObject, uplink: JsonObject, payload: Uint8Array): string {
  const own = correlationIds(envelope).find((id) => id.startsWith('as:up:'));
  if (own !== undefined) return own;
  const ids = object(envelope.end_device_ids);
  const parts = [ids.dev_eui ?? ids.device_id, uplink.session_key_id, uplink.f_cnt, uplink.received_at];
  return createHash('sha256').update(JSON.stringify(parts)).update(payload).digest('base64url');
}

function correlationIds(envelope: JsonObject): string[] {
  return texts(envelope.correlation_ids) ?? [];
}

function texts(value: unknown): string[] | undefined {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : undefined;
}
