/** PostgreSQL truncates identifiers at 63 bytes; this leaves room for a numeric suffix. */
const LONGEST = 54;

/**
 * An SQL name that needs no quotes, derived from the last segment of an IRI: `illuminanceLevel` → `illuminance_level`.
 */
export function sqlName(iri: string): string {
  const last = /[^/#]*$/.exec(iri)?.[0] || iri;
  const plain = last
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, LONGEST);
  return plain === '' ? 'unnamed' : /^[0-9]/.test(plain) ? `_${plain}` : plain;
}

/** The name, or if it is taken, with the next number: `name`, `name_2`, `name_3`. */
export function freeName(name: string, isTaken: (name: string) => boolean): string {
  if (!isTaken(name)) return name;
  let number = 2;
  while (isTaken(`${name}_${number}`)) number += 1;
  return `${name}_${number}`;
}

export function quoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}

export function literal(text: string): string {
  const escaped = text.replaceAll("'", "''");
  return text.includes('\\') ? `E'${escaped.replaceAll('\\', '\\\\')}'` : `'${escaped}'`;
}
