/** Approximate sizes of values in V8, in bytes. */
const OBJECT_BYTES = 56;
const MEMBER_BYTES = 16;
const STRING_BYTES = 24;
const NUMBER_BYTES = 12;

/**
 * The approximate size of plain data in memory, in bytes: of objects, arrays, maps, sets and texts. A value that is
 * referenced twice counts twice.
 */
export function weightOf(value: unknown): number {
  if (typeof value === 'string') return STRING_BYTES + 2 * value.length;
  if (typeof value !== 'object' || value === null) return NUMBER_BYTES;
  let bytes = OBJECT_BYTES;
  if (value instanceof Map) {
    for (const [key, item] of value) bytes += MEMBER_BYTES + weightOf(key) + weightOf(item);
  } else if (Array.isArray(value) || value instanceof Set) {
    for (const item of value) bytes += MEMBER_BYTES + weightOf(item);
  } else if (ArrayBuffer.isView(value)) {
    bytes += value.byteLength;
  } else {
    // Names of members don't count, because objects share them.
    for (const item of Object.values(value)) bytes += MEMBER_BYTES + weightOf(item);
  }
  return bytes;
}
