import { createHash, timingSafeEqual } from 'node:crypto';
import {
  bareFrame,
  believedTime,
  bestReception,
  deviceStatusBattery,
  megahertz,
  point,
} from '../frames/frame-values.ts';
import type { JsonObject } from '../frames/json-values.ts';
import { eui, hex, isObject, number, object, objects, optional, text, time } from '../frames/json-values.ts';
import type { FrameKind, GatewayReception, UplinkFrame } from '../frames/uplink-frame.ts';
import { EnvelopeError } from '../frames/uplink-frame.ts';
import type { NetworkServer } from './network-server.ts';
import { hexOf } from './network-server.ts';

type Part = Partial<UplinkFrame> & { kind: FrameKind };

const CONFIRMED_DATA_UP = 4;

const ROOTS: Readonly<Record<string, (message: JsonObject) => Part>> = {
  DevEUI_uplink: readUplink,
  DevEUI_location: ({ DevLAT, DevLON, DevLocRadius }) => {
    const place = point({ latitude: DevLAT, longitude: DevLON, accuracy: DevLocRadius });
    return {
      kind: 'location',
      ...(place === undefined
        ? {}
        : { networkLocation: { point: place, ...optional('accuracy', number(DevLocRadius)), source: 'network' } }),
    };
  },
  DevEUI_notification: ({ Type, Var1, Var2 }) => {
    if (Type === 'join' || Type === 'reset') return { kind: 'join' };
    if (Type !== 'devstatusans') return { kind: 'log' };
    return { kind: 'status', battery: deviceStatusBattery(Var1), ...optional('linkMargin', number(Var2)) };
  },
  DevEUI_downlink_Sent: (message) => {
    const causes = ['DeliveryFailedCause1', 'DeliveryFailedCause2', 'DeliveryFailedCause3']
      .map((member) => text(message[member]))
      .filter((cause) => cause !== undefined && cause !== '00');
    return downlinkEvent(
      message,
      number(message.DeliveryStatus) === 1 ? undefined : `not sent over the air: ${causes.join(', ') || 'no cause'}`,
    );
  },
  DevEUI_downlink_Rejected: (message) =>
    downlinkEvent(message, text(message.DownlinkRejectionCause) ?? `rejected: ${message.DeliveryStatus}`),
  DevEUI_multicast_summary: () => ({ kind: 'log' }),
};

/** Actility ThingPark, Enterprise and Wireless. */
export const actility: NetworkServer = {
  name: 'actility',
  topics: ['mqtt/things/+/uplink', 'mqtt/things/+/event'],
  recognises: (envelope) => actilityRoot(envelope) !== undefined,
  read: (envelope, _topic, receivedAt) => readActility(envelope, receivedAt),
  downlinkTopic(topic) {
    const thing = /^(.*mqtt\/things\/[^/]+)\/uplink$/.exec(topic)?.[1];
    return thing === undefined ? undefined : `${thing}/downlink`;
  },
  publishedDownlink: ({ devEui, fPort, bytes, confirmed, id }) => ({
    DevEUI_downlink: {
      Time: new Date().toISOString(),
      DevEUI: devEui.toUpperCase(),
      FPort: fPort,
      payload_hex: hexOf(bytes),
      ...(confirmed ? { Confirmed: 1 } : {}),
      CorrelationID: correlationId(id),
    },
  }),
  postedDownlink: ({ id, devEui, fPort, bytes, confirmed }) => ({
    parameters: new URLSearchParams({
      DevEUI: devEui.toUpperCase(),
      FPort: String(fPort),
      Payload: hexOf(bytes),
      ...(confirmed ? { Confirmed: '1' } : {}),
      CorrelationID: correlationId(id),
    }),
  }),
  reportsDownlinks: true,
  correlationId,
};

/** ThingPark accepts exactly sixteen hexadecimal digits. */
function correlationId(commandId: string): string {
  return commandId.replaceAll('-', '').slice(0, 16).toUpperCase();
}

/** The member that determines the type of a ThingPark message; undefined: it is not one. */
export function actilityRoot(envelope: JsonObject): string | undefined {
  return Object.keys(envelope).find((member) => member.startsWith('DevEUI_'));
}

/** Parses JSON of Actility ThingPark: the Enterprise form with numbers, the Wireless form with texts. */
function readActility(envelope: JsonObject, receivedAt: string): UplinkFrame {
  const root = actilityRoot(envelope) ?? '';
  const read = Object.hasOwn(ROOTS, root) ? ROOTS[root] : undefined;
  const message = object(envelope[root]);
  if (read === undefined) throw new EnvelopeError('unknown_envelope', `ThingPark message "${root}" is not known`);
  const devEui = eui(message.DevEUI);
  if (devEui === undefined)
    throw new EnvelopeError('unknown_envelope', `${root}.DevEUI is missing or not 16 hex digits`);
  return {
    ...bareFrame('actility', devEui, receivedAt),
    ...believedTime(receivedAt, ['lns', time(message.Time)]),
    ...optional('deviceName', text(object(message.CustomerData).name)),
    ...optional('sessionKey', text(message.DevAddr)),
    dedupKey: [root, devEui, message.FCntUp, message.payload_hex, message.Time].join('|'),
    ...read(message),
  };
}

function readUplink(message: JsonObject): Part {
  const gateways = objects(object(message.Lrrs).Lrr).map((lrr) => readGateway(message, lrr));
  const best = bestReception(gateways.length > 0 ? gateways : [readGateway(message, message)]);
  const error = object(message.payloadDecodedError);
  return {
    kind: 'data',
    fPort: number(message.FPort) ?? null,
    fCnt: number(message.FCntUp) ?? 0,
    confirmed: number(message.MType) === CONFIRMED_DATA_UP,
    payload: hex(message.payload_hex, 'payload_hex'),
    ...optional('upstreamDecoded', isObject(message.payload) ? message.payload : undefined),
    ...optional(
      'upstreamErrors',
      isObject(message.payloadDecodedError) ? [`${error.code}: ${error.message}`] : undefined,
    ),
    late: number(message.Late) === 1,
    best,
    gateways,
    ...optional('spreadingFactor', number(message.SpFact)),
    ...optional('frequencyHz', megahertz(message.Frequency)),
    ...('BatteryLevel' in message ? { battery: deviceStatusBattery(message.BatteryLevel) } : {}),
  };
}

/** The position of the gateway with the best reception is outside the list of gateways. */
function readGateway(message: JsonObject, lrr: JsonObject): GatewayReception {
  const id = text(lrr.Lrrid);
  const place = id === text(message.Lrrid) ? point({ latitude: message.LrrLAT, longitude: message.LrrLON }) : undefined;
  return {
    ...optional('id', id),
    rssi: number(lrr.LrrRSSI) ?? null,
    snr: number(lrr.LrrSNR) ?? null,
    ...optional('location', place),
  };
}

function downlinkEvent({ CorrelationID }: JsonObject, error: string | undefined): Part {
  const correlationIds = [text(CorrelationID)].filter((id) => id !== undefined);
  return {
    kind: 'downlink-event',
    downlink: error === undefined ? { state: 'SENT', correlationIds } : { state: 'ERROR', correlationIds, error },
  };
}

/**
 * Whether the `Token` of a ThingPark request is the SHA-256 of the message, the query without the token, and the
 * application server's key. `query` is in its original, escaped form.
 */
export function isActilityToken(envelope: JsonObject, query: string, asKey: string): boolean {
  const message = object(envelope[actilityRoot(envelope) ?? '']);
  const parameters = query.split('&');
  const given = parameters.find((parameter) => parameter.startsWith('Token='))?.slice('Token='.length) ?? '';
  const signed = unescaped(parameters.filter((parameter) => !parameter.startsWith('Token=')).join('&'));
  const elements = ['CustomerID', 'DevEUI', 'FPort', 'FCntUp', 'payload_hex'].map((name) => message[name] ?? '');
  const expected = createHash('sha256')
    .update(`${elements.join('')}${signed}${asKey}`)
    .digest();
  const token = Buffer.from(given, 'hex');
  return token.length === expected.length && timingSafeEqual(token, expected);
}

/** The URL of a downlink request with application server, time and token. */
export function signedDownlink(address: string, asId: string, asKey: string, at: Date): string {
  const url = new URL(address);
  url.searchParams.set('AS_ID', asId);
  url.searchParams.set('Time', at.toISOString());
  const query = [...url.searchParams].map(([name, value]) => `${name}=${value}`).join('&');
  url.searchParams.set(
    'Token',
    createHash('sha256')
      .update(query + asKey)
      .digest('hex'),
  );
  return url.href;
}

function unescaped(query: string): string {
  try {
    return decodeURIComponent(query);
  } catch {
    return query;
  }
}
