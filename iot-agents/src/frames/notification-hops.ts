import { HOPS_HEADER } from '@alzette/ngsi-ld-schemas/client';

const MARK = Buffer.from(`"${HOPS_HEADER}"`);
const LONGEST = 40;

/**
 * How many notifications led to a message: a notification by MQTT says so in its metadata. Undefined: it is none. Whatever
 * the message is, it is looked for as text: bytes that decide nothing but where a chain ends need no parsing.
 */
export function hopsOf(body: Uint8Array): number | undefined {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const at = bytes.indexOf(MARK);
  if (at < 0) return undefined;
  const given = /^\s*:\s*"([1-9]\d{0,3})"/.exec(bytes.toString('latin1', at + MARK.length, at + MARK.length + LONGEST));
  return given === null ? undefined : Number(given[1]);
}
