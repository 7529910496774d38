import { ENDPOINT_SCHEMES } from '../../model/endpoint-schemes.ts';
import { checkMembers, checkPositive } from '../../model/parse/parse-member.ts';
import { checkHeader, isConnectionHeader, parseKeyValues } from '../../model/represent/key-values.ts';
import { badMember, isJsonObject } from '../../model/values.ts';
import type { Endpoint, KeyValue, NotificationAccept } from '../subscription.ts';

const MEMBERS = ['uri', 'accept', 'timeout', 'cooldown', 'notifierInfo', 'receiverInfo'] as const;

const ACCEPTS: readonly NotificationAccept[] = ['application/json', 'application/ld+json', 'application/geo+json'];

/** The known keys of `notifierInfo` by the scheme of the endpoint, with the check of their values. */
const NOTIFIER_KEYS: {
  readonly [key: string]: { readonly mqtt: boolean; readonly expected: string; readonly test: RegExp };
} = {
  'MQTT-Version': { mqtt: true, expected: 'mqtt3.1.1 or mqtt5.0', test: /^mqtt(?:3\.1\.1|5\.0)$/ },
  'MQTT-QoS': { mqtt: true, expected: '0, 1 or 2', test: /^[012]$/ },
  'HMAC-SHA256-Key': { mqtt: false, expected: 'a key of at least 16 characters', test: /^.{16,}$/s },
  'OAuth2-Token-URL': { mqtt: false, expected: 'an http or https URL', test: /^https?:\/\/[^/]/ },
  'OAuth2-Client-Id': { mqtt: false, expected: 'a text', test: /^./s },
  'OAuth2-Client-Secret': { mqtt: false, expected: 'a text', test: /^./s },
  'OAuth2-Scope': { mqtt: false, expected: 'a text', test: /^./s },
};

/** Must be given together or not at all. */
const OAUTH2_KEYS = ['OAuth2-Token-URL', 'OAuth2-Client-Id', 'OAuth2-Client-Secret'] as const;

/**
 * Reads `notification.endpoint` (5.2.15).
 *
 * @throws NgsiLdError BadRequestData
 */
export function parseEndpoint(value: unknown): Endpoint {
  if (!isJsonObject(value)) throw badMember('notification.endpoint', value, 'an object with a uri');
  checkMembers(value, MEMBERS, 'notification.endpoint');
  const url = parseEndpointUri(value.uri);
  const isMqtt = url.protocol.startsWith('mqtt');
  const endpoint: { -readonly [Member in keyof Endpoint]: Endpoint[Member] } = {
    uri: value.uri as string, // validated above
    accept: parseAccept(value.accept),
    receiverInfo: parseKeyValues(
      value.receiverInfo,
      'notification.endpoint.receiverInfo',
      isMqtt ? undefined : checkOwnHeader,
    ),
    notifierInfo: parseNotifierInfo(value.notifierInfo, isMqtt),
  };
  if (value.timeout !== undefined) endpoint.timeoutMs = checkPositive(value.timeout, 'notification.endpoint.timeout');
  if (value.cooldown !== undefined) {
    endpoint.cooldownMs = checkPositive(value.cooldown, 'notification.endpoint.cooldown');
  }
  return endpoint;
}

const SCHEMES: ReadonlySet<string> = new Set(ENDPOINT_SCHEMES);

function parseEndpointUri(value: unknown): URL {
  const url = typeof value === 'string' ? URL.parse(value) : null;
  if (url === null || !SCHEMES.has(url.protocol) || url.hostname === '') {
    throw badMember('notification.endpoint.uri', value, `a URL with one of the schemes ${ENDPOINT_SCHEMES.join(', ')}`);
  }
  if (url.protocol.startsWith('mqtt')) {
    // 7.2: the path is the topic to publish to.
    const topic = decodedTopic(url);
    if (topic === undefined || topic === '' || /[+#\0]/.test(topic)) {
      throw badMember('notification.endpoint.uri', value, 'a topic without + and # after the host');
    }
  }
  return url;
}

function decodedTopic(url: URL): string | undefined {
  try {
    return decodeURIComponent(url.pathname.slice(1));
  } catch {
    return undefined;
  }
}

function parseNotifierInfo(value: unknown, isMqtt: boolean): KeyValue[] {
  const member = 'notification.endpoint.notifierInfo';
  // 7.2: some clients write the quality of service as a number.
  const texts = Array.isArray(value)
    ? value.map((pair) =>
        isJsonObject(pair) && typeof pair.value === 'number' ? { ...pair, value: `${pair.value}` } : pair,
      )
    : value;
  const pairs = parseKeyValues(texts, member, ({ key, value: text }) => {
    const known = Object.hasOwn(NOTIFIER_KEYS, key) ? NOTIFIER_KEYS[key] : undefined;
    if (known === undefined) return;
    if (known.mqtt !== isMqtt) throw badMember(member, key, `no ${key} for an ${isMqtt ? 'mqtt' : 'http'} endpoint`);
    if (!known.test.test(text)) throw badMember(`${member} ${key}`, text, known.expected);
  });
  const given = OAUTH2_KEYS.filter((key) => pairs.some((pair) => pair.key === key));
  if (given.length > 0 && given.length < OAUTH2_KEYS.length) throw badMember(member, given, OAUTH2_KEYS.join(', '));
  return pairs;
}

function parseAccept(value: unknown): NotificationAccept {
  if (value === undefined) return 'application/json';
  const accept = ACCEPTS.find((known) => known === value);
  if (accept === undefined) throw badMember('notification.endpoint.accept', value, ACCEPTS.join(', '));
  return accept;
}

/** Headers that belong to the connection or the message itself (RFC 9110 7.6.1) can't be set by the subscriber. */
function checkOwnHeader(pair: KeyValue, member: string): void {
  checkHeader(pair, member);
  if (isConnectionHeader(pair.key)) {
    throw badMember(`${member}.key`, pair.key, 'a header that is not of the connection');
  }
}
