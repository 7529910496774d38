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
