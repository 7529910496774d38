/** Lower case without accents, so that a search for "redange" finds "Rédange". */
export function folded(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase();
}

/** `Audun-le-Tiche` → `audun-le-tiche`, `Rédange` → `redange`. */
export function slug(name: string): string {
  return folded(name).replace(/[^a-z0-9]+/g, '-');
}

/** A new unique id from a title. */
export function newId(title: string): string {
  const plain = slug(title).replace(/^-|-$/g, '').slice(0, 40) || 'd';
  const random = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  return `${plain}-${random.toString(36)}`;
}
