import { badMember } from '../../model/values.ts';

/** As the value of a pair: forward this header of the original request (4.3.6.5). */
export const FROM_REQUEST = 'urn:ngsi-ld:request';

/** Client request headers that a registration may have forwarded to its source. The operator may configure others. */
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

/** Whether a header contains credentials. These are never forwarded. */
export function isCredential(name: string): boolean {
  return CREDENTIAL.test(name);
}

/**
 * The names of the headers that may be forwarded, in lower case.
 *
 * @param added configured by the operator
 *
 * @throws Error: one of them contains credentials
 */
export function forwardedHeaders(added: readonly string[] = []): ReadonlySet<string> {
  const names = added.map((name) => name.toLowerCase());
  const credential = names.find(isCredential);
  if (credential !== undefined) throw new Error(`${credential} is a credential, which is never forwarded`);
  return new Set([...FORWARDED, ...names]);
}

/** @throws NgsiLdError BadRequestData: the registration asks for credentials of clients */
export function checkNoCredential(key: string, member: string): void {
  if (isCredential(key)) {
    throw badMember(`${member} ${key}`, FROM_REQUEST, 'a value of its own: credentials of clients are never forwarded');
  }
}
