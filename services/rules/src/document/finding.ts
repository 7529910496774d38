import type { Finding } from '../contract/schemas.ts';

export type { Finding };

export function error(member: string, got: unknown, expected: string, didYouMean?: string): Finding {
  return { level: 'error', member, got, expected, ...(didYouMean !== undefined && { didYouMean }) };
}

export function warning(member: string, got: unknown, expected: string, didYouMean?: string): Finding {
  return { ...error(member, got, expected, didYouMean), level: 'warning' };
}

/** The finding as one sentence. */
export function findingText({ member, got, expected, didYouMean }: Finding): string {
  const shown = got === undefined ? 'nothing' : JSON.stringify(got).slice(0, 120);
  return `${member}: got ${shown}, expected ${expected}${didYouMean === undefined ? '' : `; did you mean ${didYouMean}?`}`;
}
