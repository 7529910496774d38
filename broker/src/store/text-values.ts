/** A parameter as it goes over the wire: PostgreSQL's text form, or bytes. */
export type WireValue = string | Uint8Array | null;

const ESCAPED = /["\\]/g;

/**
 * The text form of a parameter, the same for both makers of {@link Database}: Date → ISO 8601, array → array literal,
 * another object → JSON. So JSON that is an array must be given as its text.
 */
export function toWire(value: unknown): WireValue {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return null;
  if (value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return arrayLiteral(value);
  return plainText(value);
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
