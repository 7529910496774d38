/** A word as it is looked up: without its accents, in lower case; undefined for one that says nothing. */
export function wordOf(term) {
  const word = term
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/^(?:qu|[ldcjnst])[’']/, '');
  return word.length > 1 ? word : undefined;
}
