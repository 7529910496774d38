/**
 * A copy of a text that was cut out of a longer one. V8 keeps the whole of the longer one in memory for as long as the
 * cut is used, so what is cached must be a copy.
 */
export function ownCopy(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}
