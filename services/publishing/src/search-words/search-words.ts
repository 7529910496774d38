import groups from './synonyms.json' with { type: 'json' };

/** Words for the same thing in the languages of the app, without accents: what a reader types is found in any of them. */
const GROUPS: readonly (readonly string[])[] = Object.values(groups);
const SHORTEST = 3;
/** From this length on a word may have a typing error. */
const LONG = 5;

/**
 * The word, and the words for the same in other languages. A word that is not finished has those of its beginning; one that
 * is in no group has those of the word that it differs from by one typing error.
 */
export function withSynonyms(word: string): readonly string[] {
  if (word.length < SHORTEST && word !== 'wc') return [word];
  const found = GROUPS.filter((group) => group.some((each) => each.startsWith(word) || isForm(word, each)));
  if (found.length > 0) return [word, ...found.flat()];
  return [word, ...GROUPS.filter((group) => group.some((each) => isNearlyPrefix(word, each))).flat()];
}

/** `hotels` is a form of `hotel`: at most two more letters. */
function isForm(word: string, of: string): boolean {
  return of.length > SHORTEST && word.startsWith(of) && word.length - of.length <= 2;
}

/** Whether a word of a text begins with the typed one, except for one typing error in a long word. */
export function isNearlyPrefix(word: string, textWord: string): boolean {
  if (textWord.startsWith(word)) return true;
  return word.length >= LONG && [-1, 0, 1].some((more) => isOneOff(word, textWord.slice(0, word.length + more)));
}

/** Whether two words differ by one letter that is wrong, missing, or too much, or by two that changed places. */
export function isOneOff(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  const [restA, restB] = [a.slice(at), b.slice(at)];
  if (restA.slice(1) === restB.slice(1) || restA.slice(1) === restB || restA === restB.slice(1)) return true;
  return restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2);
}
