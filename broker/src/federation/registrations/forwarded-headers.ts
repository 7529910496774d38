import { badMember } from '../../model/values.ts';

/** The value of a pair that asks for the header of the request that started it all (4.3.6.5). */
export const FROM_REQUEST = 'urn:ngsi-ld:request';

/** Headers of a client's request that a registration may have forwarded to its source; a site may add others. */
const FORWARDED: readonly string[] = [
  'user', // the example of 4.3.6.5
  'accept-language',
  'user-agent',
  'traceparent',
  'tracestate',
  'baggage',
  'x-request-id',
  'x-correlation-id',
  'fiware-correlator',
  'fiware-servicepath',
];

const CREDENTIAL = /auth|cookie|token|secret|password|passwd|session|api-?key|credential|assertion|certificate|cert$/i;

/** Whether a header shows who sends a request. Such headers stay with the broker that they were sent to. */
export function isCredential(name: string): boolean {
  return CREDENTIAL.test(name);
}

/**
 * The names of the headers that may be forwarded, in lower case.
 *
 * @param added by the site
 * @throws Error: one of them is a credential
 */
export function forwardedHeaders(added: readonly string[] = []): ReadonlySet<string> {
  const names = added.map((name) => name.toLowerCase());
  const credential = names.find(isCredential);
  if (credential !== undefined) throw new Error(`${credential} is a credential, which is never forwarded`);
  return new Set([...FORWARDED, ...names]);
}

/** @throws NgsiLdError BadRequestData: a registration asks for the credentials of those who ask */
export function checkNoCredential(key: string, member: string): void {
  if (isCredential(key)) {
    throw badMember(`${member} ${key}`, FROM_REQUEST, 'a value of its own: credentials of clients are never forwarded');
  }
}
