/** Normalizes a word for the index: lower case, without accents. Returns undefined for a stop word. */
export function wordOf(term) {
  const word = term
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/^(?:qu|[ldcjnst])[’']/, '');
  return word.length > 1 ? word : undefined;
}
