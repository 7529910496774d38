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

/** How many of the words are a prefix of a word of the text. */
export function countMatches(words: readonly string[], text: string): number {
  const textWords = fold(text).split(/[^\p{L}\p{N}]+/u);
  return words.filter((word) => textWords.some((each) => each.startsWith(word))).length;
}
