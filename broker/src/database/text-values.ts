/** A parameter in the wire protocol: PostgreSQL's text form, or bytes. */
export type WireValue = string | Uint8Array | null;

const ESCAPED = /["\\]/g;

/**
 * A `text[]` parameter that is sent in binary form, which needs no escapes. Measured with 32 documents of 1 KB: 4 µs to
 * write, 412 µs as an array literal.
 */
export class Texts {
  readonly values: readonly (string | null | undefined)[];

  constructor(values: readonly (string | null | undefined)[]) {
    this.values = values;
  }
}

/**
 * The wire form of a parameter, the same in both implementations of {@link Database}: Date → ISO 8601, array → array
 * literal, {@link Texts} → bytes, another object → JSON. A JSON array must therefore be passed as text.
 */
export function toWire(value: unknown): WireValue {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return null;
  if (value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return arrayLiteral(value);
  return value instanceof Texts ? textArray(value.values) : plainText(value);
}

const TEXT_TYPE = 25;
const HEADER_BYTES = 20;
/** For longer texts the length in bytes is computed first; for shorter ones it is cheaper to reserve the maximum. */
const LONG_TEXT = 4096;

/** PostgreSQL's binary form of a one-dimensional `text[]`. */
function textArray(values: Texts['values']): Buffer {
  let room = HEADER_BYTES;
  for (const value of values) {
    const length = value?.length ?? 0;
    room += 4 + (length > LONG_TEXT ? Buffer.byteLength(value as string) : length * 3);
  }
  const bytes = Buffer.allocUnsafe(room);
  let hasNull = 0;
  let at = HEADER_BYTES;
  for (const value of values) {
    const written = value == null ? -1 : bytes.write(value, at + 4);
    bytes.writeInt32BE(written, at);
    at += 4;
    if (written < 0) hasNull = 1;
    else at += written;
  }
  bytes.writeInt32BE(values.length === 0 ? 0 : 1, 0); // number of dimensions
  bytes.writeInt32BE(hasNull, 4);
  bytes.writeInt32BE(TEXT_TYPE, 8);
  bytes.writeInt32BE(values.length, 12);
  bytes.writeInt32BE(1, 16); // lower bound
  return bytes.subarray(0, values.length === 0 ? 12 : at);
}

/** PostgreSQL's text form of an array. */
export function arrayLiteral(values: readonly unknown[]): string {
  let text = '{';
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (i > 0) text += ',';
    if (value === null || value === undefined) text += 'NULL';
    else if (typeof value === 'number' || typeof value === 'boolean') text += value;
    else if (Array.isArray(value)) text += arrayLiteral(value);
    else text += `"${(typeof value === 'string' ? value : plainText(value)).replace(ESCAPED, '\\$&')}"`;
  }
  return `${text}}`;
}

function plainText(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
