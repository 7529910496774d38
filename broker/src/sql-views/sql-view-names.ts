/** PostgreSQL cuts identifiers at 63 bytes; room is left for a number behind. */
const LONGEST = 54;

/** A name of SQL that needs no quotes, from the last part of an IRI: `illuminanceLevel` → `illuminance_level`. */
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

/** The name, or with the next number when it is taken: `name`, `name_2`, `name_3`. */
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
