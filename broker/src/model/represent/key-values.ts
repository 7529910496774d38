import { badMember, isJsonObject } from '../values.ts';

/** A KeyValuePair (5.2.22). */
export interface KeyValue {
  readonly key: string;
  readonly value: string;
}

/**
 * Parses an array of KeyValuePair.
 *
 * @throws NgsiLdError BadRequestData
 */
export function parseKeyValues(
  value: unknown,
  member: string,
  check?: (pair: KeyValue, member: string) => void,
): KeyValue[] {
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
const CONNECTION_HEADERS = new Set([
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

/** Whether a header belongs to the connection or to the message itself (RFC 9110 7.6.1). */
export function isConnectionHeader(name: string): boolean {
  return CONNECTION_HEADERS.has(name.toLowerCase());
}

/** @throws NgsiLdError BadRequestData: the pair is not a valid header */
export function checkHeader({ key, value }: KeyValue, member: string): void {
  if (!HEADER_NAME.test(key)) throw badMember(`${member}.key`, key, 'the name of an HTTP header');
  if (!HEADER_VALUE.test(value)) throw badMember(`${member}.value`, value, 'the value of an HTTP header, in Latin-1');
}
