/** A text as it is compared: without accents and capitals. */
export function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('œ', 'oe').replaceAll('’', "'").toLowerCase();
}

/** The words of a question, folded; those of a letter alone are left out. */
export function wordsOf(question: string): string[] {
  return fold(question)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length > 1);
}

/** How many of the words begin a word of the text. */
export function countMatches(words: readonly string[], text: string): number {
  const there = fold(text).split(/[^\p{L}\p{N}]+/u);
  return words.filter((word) => there.some((each) => each.startsWith(word))).length;
}
