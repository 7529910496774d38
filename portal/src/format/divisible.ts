/** Last parts of long compound words of German and Luxembourgish, whose words few browsers can divide. */
const LAST_PARTS = /(?<=\p{L}{4})(simulator|strategien|anbieter|ubidder|aufgaben|lichungen)\b/gu;

/** The text with soft hyphens, so that a narrow column divides its words with a hyphen and at the right place. */
export function divisible(text: string): string {
  return text.replace(LAST_PARTS, '\u00AD$1');
}
