import { HOPS_HEADER } from '@alzette/ngsi-ld-schemas/client';

const MARK = Buffer.from(`"${HOPS_HEADER}"`);
const LONGEST = 40;

/**
 * The number of notifications that led to a message, from the metadata of an MQTT notification. Undefined: it is not a
 * notification. Searched as text, without parsing: it is only used to end chains.
 */
export function hopsOf(body: Uint8Array): number | undefined {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const at = bytes.indexOf(MARK);
  if (at < 0) return undefined;
  const given = /^\s*:\s*"([1-9]\d{0,3})"/.exec(bytes.toString('latin1', at + MARK.length, at + MARK.length + LONGEST));
  return given === null ? undefined : Number(given[1]);
}
