import type { NameExpander } from '../model/names.ts';
import type {
  Endpoint,
  KeyValue,
  NotificationAccept,
  NotificationFormat,
  NotificationParams,
} from '../model/subscription.ts';
import { badMember, checkName, isJsonObject, type JsonObject } from '../model/values.ts';
import { entityMember } from '../query/target-path.ts';
import { checkBoolean, checkMembers, checkPositive, checkTexts } from './parse-member.ts';

const MEMBERS = [
  'endpoint',
  'attributes',
  'pick',
  'omit',
  'format',
  'showChanges',
  'sysAttrs',
  'join',
  'joinLevel',
  // 5.2.14.2: what the broker writes is ignored on the way in.
  'status',
  'timesSent',
  'timesFailed',
  'lastNotification',
  'lastSuccess',
  'lastFailure',
] as const;
const ENDPOINT_MEMBERS = ['uri', 'accept', 'timeout', 'cooldown', 'notifierInfo', 'receiverInfo'] as const;

const FORMATS: { readonly [name: string]: NotificationFormat } = {
  normalized: 'normalized',
  concise: 'concise',
  simplified: 'simplified',
  keyValues: 'simplified',
};
const ACCEPTS: readonly NotificationAccept[] = ['application/json', 'application/ld+json', 'application/geo+json'];

/**
 * Reads `notification` (5.2.14).
 *
 * @throws NgsiLdError BadRequestData
 */
export function parseNotification(value: unknown, names: NameExpander): NotificationParams {
  if (!isJsonObject(value)) throw badMember('notification', value, 'an object with an endpoint');
  checkMembers(value, MEMBERS, 'notification');
  const format = parseFormat(value.format);
  const showChanges = checkBoolean(value.showChanges, 'notification.showChanges') ?? false;
  if (showChanges && format === 'simplified') {
    throw badMember('notification.showChanges', true, `no showChanges with format ${String(value.format)}`);
  }
  checkJoin(value);
  return {
    endpoint: parseEndpoint(value.endpoint),
    format,
    showChanges,
    sysAttrs: checkBoolean(value.sysAttrs, 'notification.sysAttrs') ?? false,
    ...parseProjection(value, names),
  };
}

function parseFormat(value: unknown): NotificationFormat {
  if (value === undefined) return 'normalized';
  const format = typeof value === 'string' && Object.hasOwn(FORMATS, value) ? FORMATS[value] : undefined;
  if (format === undefined) throw badMember('notification.format', value, Object.keys(FORMATS).join(', '));
  return format;
}

function checkJoin({ join, joinLevel }: JsonObject): void {
  if (join !== undefined && join !== '@none') {
    throw badMember('notification.join', join, '@none: linked entities are not added to notifications');
  }
  if (joinLevel !== undefined && !(Number.isInteger(joinLevel) && (joinLevel as number) > 0)) {
    throw badMember('notification.joinLevel', joinLevel, 'a positive integer');
  }
}

type Projection = Pick<NotificationParams, 'attributes' | 'pick' | 'omit'>;

/** 4.21, 5.2.14: `attributes` excludes `pick` and `omit`, and no member may be both picked and omitted. */
function parseProjection(value: JsonObject, names: NameExpander): Projection {
  if (value.attributes !== undefined) {
    for (const other of ['pick', 'omit'] as const) {
      if (value[other] !== undefined) throw badMember(`notification.${other}`, value[other], 'no attributes beside it');
    }
    const attributes = checkTexts(value.attributes, 'notification.attributes').map((name) => {
      checkName(name, 'notification.attributes');
      if (entityMember(name, names)) throw badMember('notification.attributes', name, 'attribute names only');
      return names.attribute(name);
    });
    return { attributes };
  }
  const pick = members(value.pick, 'notification.pick', names);
  const omit = members(value.omit, 'notification.omit', names);
  const both = pick?.find((name) => omit?.includes(name));
  if (both !== undefined) throw badMember('notification.omit', both, 'no member that pick has as well');
  return { ...(pick && { pick }), ...(omit && { omit }) };
}

function members(value: unknown, member: string, names: NameExpander): string[] | undefined {
  if (value === undefined) return undefined;
  return checkTexts(value, member).map((text) => {
    const name = checkName(text, member);
    return entityMember(name, names) ?? names.attribute(name);
  });
}

/** 5.2.15 */
function parseEndpoint(value: unknown): Endpoint {
  if (!isJsonObject(value)) throw badMember('notification.endpoint', value, 'an object with a uri');
  checkMembers(value, ENDPOINT_MEMBERS, 'notification.endpoint');
  const endpoint: { -readonly [Member in keyof Endpoint]: Endpoint[Member] } = {
    uri: parseEndpointUri(value.uri),
    accept: parseAccept(value.accept),
    receiverInfo: keyValues(value.receiverInfo, 'notification.endpoint.receiverInfo', checkHeader),
  };
  keyValues(value.notifierInfo, 'notification.endpoint.notifierInfo');
  if (value.timeout !== undefined) endpoint.timeoutMs = checkPositive(value.timeout, 'notification.endpoint.timeout');
  if (value.cooldown !== undefined) {
    endpoint.cooldownMs = checkPositive(value.cooldown, 'notification.endpoint.cooldown');
  }
  return endpoint;
}

function parseEndpointUri(value: unknown): string {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.hostname === '') {
    throw badMember('notification.endpoint.uri', value, 'an http or https URL');
  }
  return value as string;
}

function parseAccept(value: unknown): NotificationAccept {
  if (value === undefined) return 'application/json';
  const accept = ACCEPTS.find((known) => known === value);
  if (accept === undefined) throw badMember('notification.endpoint.accept', value, ACCEPTS.join(', '));
  return accept;
}

function keyValues(value: unknown, member: string, check?: (pair: KeyValue, member: string) => void): KeyValue[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw badMember(member, value, 'an array of objects with key and value');
  return value.map((pair: unknown) => {
    if (!isJsonObject(pair) || typeof pair.key !== 'string' || typeof pair.value !== 'string' || pair.key === '') {
      throw badMember(member, pair, 'an object with two texts, key and value');
    }
    const { key, value: text } = pair as unknown as KeyValue;
    check?.({ key, value: text }, member);
    return { key, value: text };
  });
}

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const HEADER_VALUE = /^[\t\u0020-\u007e\u0080-\u00ff]*$/;
/** What belongs to the connection or the message itself (RFC 9110 7.6.1) is not the subscriber's to set. */
const RESERVED_HEADERS = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

function checkHeader({ key, value }: KeyValue, member: string): void {
  if (!HEADER_NAME.test(key)) throw badMember(`${member}.key`, key, 'the name of an HTTP header');
  if (RESERVED_HEADERS.has(key.toLowerCase())) {
    throw badMember(`${member}.key`, key, 'a header that is not of the connection');
  }
  if (!HEADER_VALUE.test(value)) throw badMember(`${member}.value`, value, 'the value of an HTTP header, in Latin-1');
}
