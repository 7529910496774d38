import type { JsonObject } from '../frames/json-values.ts';
import { isObject } from '../frames/json-values.ts';
import { topicMatcher } from '../frames/topic-filter.ts';
import type { UplinkFrame } from '../frames/uplink-frame.ts';
import { EnvelopeError } from '../frames/uplink-frame.ts';
import type { JsonPointers } from './generic-json.ts';
import { readByPointers } from './generic-json.ts';
import { NETWORK_SERVERS } from './table.ts';

/** The topics of all network servers. */
export const UPLINK_TOPICS: readonly string[] = [...new Set(NETWORK_SERVERS.flatMap(({ topics }) => topics))];

export const isUplinkTopic = topicMatcher(UPLINK_TOPICS);

/**
 * Parses a message into a frame: with the pointers of its connection, otherwise by its structure and, if that is
 * ambiguous, by its topic (for a webhook: its path and query).
 *
 * @throws EnvelopeError it is not a JSON object, or of an unknown network server
 */
export function readUplink(
  topic: string,
  body: Uint8Array,
  receivedAt: string,
  pointers?: JsonPointers | undefined,
): UplinkFrame {
  const envelope = readJson(body);
  if (pointers !== undefined) return readByPointers(envelope, pointers, receivedAt);
  const server = NETWORK_SERVERS.find(({ recognises }) => recognises(envelope));
  if (server !== undefined) return server.read(envelope, topic, receivedAt);
  throw new EnvelopeError(
    'unknown_envelope',
    `of an unknown network server: members are ${Object.keys(envelope).slice(0, 10).join(', ') || 'none'}`,
  );
}

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
