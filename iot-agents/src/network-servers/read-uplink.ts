import type { JsonObject } from '../frames/json-values.ts';
import { isObject, object } from '../frames/json-values.ts';
import type { UplinkFrame } from '../frames/uplink-frame.ts';
import { EnvelopeError } from '../frames/uplink-frame.ts';
import { actilityRoot, readActility } from './actility.ts';
import { readChirpStackV3 } from './chirpstack-v3.ts';
import { readChirpStack } from './chirpstack-v4.ts';
import type { JsonPointers } from './generic-json.ts';
import { readByPointers } from './generic-json.ts';
import { readKerlink } from './kerlink.ts';
import { readLiveObjects } from './live-objects.ts';
import { readLoriot } from './loriot.ts';
import { readThingsStack } from './the-things-stack.ts';

/** The topics of what devices and network servers tell us; what we publish to them is under others. */
export const UPLINK_TOPICS: readonly string[] = [
  'v3/+/devices/+/up',
  'v3/+/devices/+/join',
  'v3/+/devices/+/down/queued',
  'v3/+/devices/+/down/sent',
  'v3/+/devices/+/down/ack',
  'v3/+/devices/+/down/nack',
  'v3/+/devices/+/down/failed',
  'v3/+/devices/+/location/solved',
  'application/+/device/+/event/+',
  'mqtt/things/+/uplink',
  'mqtt/things/+/event',
];

const UPLINK_TOPIC =
  /^(?:v3\/[^/]+\/devices\/[^/]+\/(?:up|join|down\/(?:queued|sent|ack|nack|failed)|location\/solved)|application\/[^/]+\/device\/[^/]+\/event\/[^/]+|mqtt\/things\/[^/]+\/(?:uplink|event))$/;

export function isUplinkTopic(topic: string): boolean {
  return UPLINK_TOPIC.test(topic);
}

const CHIRPSTACK_EVENT = /^(?:application\/[^/]+\/device\/[^/]+\/event\/|.*[?&]event=)([a-z]+)/;

/**
 * Reads one message into the canonical frame: by the pointers of its connection, else by its shape and, where the shape
 * leaves it open, by its topic (for a webhook: its path and query).
 *
 * @throws EnvelopeError it is no JSON object, or of no network server we know
 */
export function readUplink(
  topic: string,
  body: Uint8Array,
  receivedAt: string,
  pointers?: JsonPointers | undefined,
): UplinkFrame {
  const envelope = readJson(body);
  if (pointers !== undefined) return readByPointers(envelope, pointers, receivedAt);
  if (isObject(envelope.end_device_ids)) return readThingsStack(envelope, receivedAt);
  if (isObject(envelope.deviceInfo)) return readChirpStack(envelope, CHIRPSTACK_EVENT.exec(topic)?.[1], receivedAt);
  if ('devEUI' in envelope && 'applicationID' in envelope) {
    return readChirpStackV3(envelope, CHIRPSTACK_EVENT.exec(topic)?.[1], receivedAt);
  }
  if (actilityRoot(envelope) !== undefined) return readActility(envelope, receivedAt);
  if (isObject(object(object(envelope.metadata).network).lora)) return readLiveObjects(envelope, receivedAt);
  if ('EUI' in envelope && LORIOT_COMMANDS.has(String(envelope.cmd))) return readLoriot(envelope, receivedAt);
  if ('devEui' in object(envelope.endDevice)) return readKerlink(envelope, receivedAt);
  throw new EnvelopeError(
    'unknown_envelope',
    `of no network server we know by shape: members are ${Object.keys(envelope).slice(0, 10).join(', ') || 'none'}`,
  );
}

const LORIOT_COMMANDS = new Set(['rx', 'gw', 'txd']);

const UTF8 = new TextDecoder('utf-8', { fatal: true });

function readJson(body: Uint8Array): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(UTF8.decode(body));
  } catch (cause) {
    const hint =
      body[0] === 0x3c
        ? ' (it looks like XML: set the network server to JSON)'
        : body[0] === 0x0a
          ? ' (it looks like Protobuf: set the network server to JSON)'
          : '';
    throw new EnvelopeError(
      'bad_syntax',
      `the message is not JSON${hint}: ${cause instanceof Error ? cause.message : cause}`,
    );
  }
  if (!isObject(value)) throw new EnvelopeError('unknown_envelope', 'the message is not a JSON object');
  return value;
}
