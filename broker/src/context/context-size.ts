import { NgsiLdError } from '../model/errors.ts';

const MAX_TERMS = 20_000;

/**
 * Checked before anything else is done with a @context.
 *
 * @param value a context object, or an array of such
 *
 * @throws NgsiLdError BadRequestData: it has too many terms
 */
export function checkSize(value: unknown): void {
  const terms = termsIn(value);
  if (terms <= MAX_TERMS) return;
  throw new NgsiLdError('BadRequestData', `@context: got ${terms} terms, expected at most ${MAX_TERMS}`);
}

function termsIn(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, part) => sum + termsIn(part), 0);
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 0;
}
