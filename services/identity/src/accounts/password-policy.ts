import { createRequire } from 'node:module';
import type { ZxcvbnFactory } from '@zxcvbn-ts/core';

export type PasswordFault = 'tooLong' | 'tooSimple' | 'tooCommon';

const LONGEST = 128;
/** What is looked at for patterns: the work grows with the square of it. */
const ESTIMATED = 64;
/** Guesses that a password must withstand, 10^9: with attempts limited, CNIL asks for 50 bits by composition and no word of a list. */
const GUESSES_LOG10 = 9;

/** Characters that are left when what is known of the person is taken away. */
const LEAST_OF_ONES_OWN = 8;

let made: ZxcvbnFactory | undefined;

/** Its lists take 30 MB and long to load: not before the first password is set. */
function estimator(): ZxcvbnFactory {
  if (made !== undefined) return made;
  const require = createRequire(import.meta.url);
  const core = require('@zxcvbn-ts/core') as typeof import('@zxcvbn-ts/core');
  const lists = require('@zxcvbn-ts/language-common') as typeof import('@zxcvbn-ts/language-common');
  made = new core.ZxcvbnFactory({ dictionary: lists.dictionary, graphs: lists.adjacencyGraphs });
  return made;
}

/**
 * Holds a new password to CNIL's deliberation 2022-100: 12 characters of four kinds, or 14 with capitals, small letters
 * and digits, or seven words; and none that is in lists of common passwords, follows a pattern, or is made of what is
 * known of the person.
 */
export function passwordFault(password: string, known: readonly string[] = []): PasswordFault | undefined {
  if (password.length > LONGEST) return 'tooLong';
  if (!isComposed(password)) return 'tooSimple';
  const words = known.flatMap((text) => [text, ...text.split(/[^\p{L}\p{N}]+/u)]).filter((word) => word.length > 2);
  if (withoutWords(password, words).length < LEAST_OF_ONES_OWN) return 'tooCommon';
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
