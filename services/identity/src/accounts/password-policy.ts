import { createRequire } from 'node:module';
import type { ZxcvbnFactory } from '@zxcvbn-ts/core';

export type PasswordFault = 'tooLong' | 'tooSimple' | 'tooCommon';

const LONGEST = 128;
/** Only these first characters are searched for patterns, because the time is quadratic. */
const ESTIMATED = 64;
/**
 * The minimum number of guesses, 10^9. With limited attempts, CNIL requires 50 bits by composition and no dictionary
 * word.
 */
const GUESSES_LOG10 = 9;

/** The minimum number of characters after removing personal words. */
const MIN_OTHER_CHARACTERS = 8;

let made: ZxcvbnFactory | undefined;

/** Loaded with the first new password, because its lists take 30 MB and long to load. */
function estimator(): ZxcvbnFactory {
  if (made !== undefined) return made;
  const require = createRequire(import.meta.url);
  const core = require('@zxcvbn-ts/core') as typeof import('@zxcvbn-ts/core');
  const lists = require('@zxcvbn-ts/language-common') as typeof import('@zxcvbn-ts/language-common');
  made = new core.ZxcvbnFactory({ dictionary: lists.dictionary, graphs: lists.adjacencyGraphs });
  return made;
}

/**
 * Checks a new password by CNIL's deliberation 2022-100: 12 characters of four kinds, or 14 with upper case, lower case
 * and digits, or seven words. It must not be in lists of common passwords, follow a pattern, or consist of what is
 * known of the person.
 */
export function passwordFault(password: string, known: readonly string[] = []): PasswordFault | undefined {
  if (password.length > LONGEST) return 'tooLong';
  if (!isComposed(password)) return 'tooSimple';
  const words = known.flatMap((text) => [text, ...text.split(/[^\p{L}\p{N}]+/u)]).filter((word) => word.length > 2);
  if (withoutWords(password, words).length < MIN_OTHER_CHARACTERS) return 'tooCommon';
  const { guessesLog10 } = estimator().check(password.slice(0, ESTIMATED), words);
  return guessesLog10 < GUESSES_LOG10 ? 'tooCommon' : undefined;
}

function withoutWords(password: string, words: readonly string[]): string {
  return words.reduce((rest, word) => rest.replaceAll(word.toLowerCase(), ''), password.toLowerCase());
}

function isComposed(password: string): boolean {
  const length = [...password].length;
  const kinds = [/\p{Lu}/u, /\p{Ll}/u, /\p{N}/u, /[^\p{L}\p{N}]/u].map((kind) => kind.test(password));
  const [capital, small, digit, other] = kinds;
  if (length >= 12 && capital && small && digit && other) return true;
  if (length >= 14 && capital && small && digit) return true;
  return (
    password
      .trim()
      .split(/[\s_-]+/)
      .filter((word) => word.length > 2).length >= 7
  );
}
