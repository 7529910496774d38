/** Normalizes a text for comparisons: lower case, without accents. */
export function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('œ', 'oe').replaceAll('’', "'").toLowerCase();
}

/** The normalized words of a question, without single letters. */
export function wordsOf(question: string): string[] {
  return fold(question)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length > 1);
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

/** How many of the words are a prefix of a word of the text. */
export function countMatches(words: readonly string[], text: string): number {
  const textWords = fold(text).split(/[^\p{L}\p{N}]+/u);
  return words.filter((word) => textWords.some((each) => each.startsWith(word))).length;
}
