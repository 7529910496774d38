import { Problem } from '@alzette/kit/problems';

const TITLES = { 400: 'The request is not valid', 413: 'The body is too large', 415: 'The type is not supported' };

/** The problem for an unsuitable file: what was received and what was expected. */
export function unsuitable(got: string, expected: string, status: keyof typeof TITLES = 400, cause?: unknown): Problem {
  return new Problem(status, TITLES[status], `file: got ${got}, expected ${expected}`, { cause });
}
