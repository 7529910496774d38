import { checkBoolean, checkMembers, checkPositive } from '../../../model/parse/parse-member.ts';
import { checkHeader, isConnectionHeader, type KeyValue, parseKeyValues } from '../../../model/represent/key-values.ts';
import { badMember, isJsonObject, isUri } from '../../../model/values.ts';
import { parseDuration } from '../../../query/temporal/temporal-duration.ts';
import { checkNoCredential, FROM_REQUEST } from '../forwarded-headers.ts';
import type { ManagementDocument } from '../registration-document.ts';

/** @throws NgsiLdError BadRequestData */
export function parseEndpoint(value: unknown): string {
  const url = typeof value === 'string' ? URL.parse(value) : null;
  const isHttp = url?.protocol === 'http:' || url?.protocol === 'https:';
  if (url === null || !isHttp || url.hostname === '' || url.search !== '' || url.hash !== '') {
    throw badMember('endpoint', value, 'an http or https URL, without the path /ngsi-ld/v1');
  }
  return value as string; // validated above
}

/** The base URL of a source: the endpoint without `/ngsi-ld/v1` and without a trailing slash. */
export function rootOf(endpoint: string): string {
  return endpoint.replace(/\/+$/, '').replace(/\/ngsi-ld\/v1$/, '');
}

const MANAGEMENT_MEMBERS = ['cacheDuration', 'cooldown', 'timeout', 'localOnly'] as const;

/** Reads `management` (5.2.34). @throws NgsiLdError BadRequestData */
export function parseManagement(value: unknown): ManagementDocument {
  if (!isJsonObject(value)) throw badMember('management', value, 'an object');
  checkMembers(value, MANAGEMENT_MEMBERS, 'management');
  const { cacheDuration, cooldown, timeout, localOnly } = value;
  if (cacheDuration !== undefined) {
    if (typeof cacheDuration !== 'string') throw badMember('management.cacheDuration', cacheDuration, 'a duration');
    parseDuration(cacheDuration, 'management.cacheDuration');
  }
  return {
    ...(cacheDuration !== undefined && { cacheDuration: cacheDuration as string }),
    ...(cooldown !== undefined && { cooldown: checkPositive(cooldown, 'management.cooldown') }),
    ...(timeout !== undefined && { timeout: checkPositive(timeout, 'management.timeout') }),
    ...(localOnly !== undefined && { localOnly: checkBoolean(localOnly, 'management.localOnly') as boolean }),
  };
}

const JSON_TYPES = ['application/json', 'application/ld+json'];

/** Keys that control how to communicate with the source, instead of being headers (4.3.6.5, 4.3.6.6). */
const SPECIAL: { readonly [key: string]: (value: string) => string | undefined } = {
  accept: (value) => (JSON_TYPES.includes(value) ? undefined : JSON_TYPES.join(' or ')),
  contentType: (value) => (JSON_TYPES.includes(value) ? undefined : JSON_TYPES.join(' or ')),
  jsonldContext: (value) => (isUri(value) ? undefined : 'the URL of a @context'),
  ngsildConformance: (value) => (/^\d+\.\d+$/.test(value) ? undefined : 'a version, major.minor, e.g. 1.6'),
};

/** Reads `contextSourceInfo` (4.3.6.5). @throws NgsiLdError BadRequestData */
export function parseContextSourceInfo(value: unknown): KeyValue[] {
  return parseKeyValues(value, 'contextSourceInfo', (pair, member) => {
    const special = Object.hasOwn(SPECIAL, pair.key) ? SPECIAL[pair.key] : undefined;
    const expected = special?.(pair.value);
    if (pair.value === FROM_REQUEST) checkNoCredential(pair.key, member);
    if (expected !== undefined) throw badMember(`${member} ${pair.key}`, pair.value, expected);
    // Headers of the connection are never sent, so their values need no check.
    if (special === undefined && !isConnectionHeader(pair.key)) checkHeader(pair, member);
  });
}
