import { NgsiLdError } from '../model/errors.ts';

/** The maximum length of expressions, in characters. */
export const MAX_LENGTH = 16_384;

/** The maximum nesting of parentheses and braces. */
export const MAX_DEPTH = 32;

/**
 * Scans a parameter from left to right. Its errors name the parameter, the position, what was found and what was
 * expected.
 */
export class Scanner {
  readonly parameter: string;
  readonly text: string;
  position = 0;

  /** @throws NgsiLdError BadRequestData: empty, too long, or with characters that can't be stored */
  constructor(parameter: string, text: string) {
    this.parameter = parameter;
    this.text = text;
    if (text.trim() === '')
      throw new NgsiLdError('BadRequestData', `${parameter}: got nothing, expected an expression`);
    if (text.length > MAX_LENGTH) {
      throw new NgsiLdError(
        'BadRequestData',
        `${parameter}: got ${text.length} characters, expected at most ${MAX_LENGTH}`,
      );
    }
    checkStorable(text, parameter);
  }

  get atEnd(): boolean {
    return this.position >= this.text.length;
  }

  skipBlanks(): void {
    while (/\s/.test(this.text.charAt(this.position))) this.position++;
  }

  /** Whether `token` comes next. */
  sees(token: string): boolean {
    return this.text.startsWith(token, this.position);
  }

  /** Consumes `token` if it comes next. */
  accept(token: string): boolean {
    if (!this.sees(token)) return false;
    this.position += token.length;
    return true;
  }

  /** @throws NgsiLdError BadRequestData */
  expect(token: string): void {
    if (!this.accept(token)) throw this.error(`"${token}"`);
  }

  /** Consumes what a sticky regular expression matches at this position. */
  match(sticky: RegExp): string | undefined {
    sticky.lastIndex = this.position;
    const found = sticky.exec(this.text)?.[0];
    if (found !== undefined) this.position += found.length;
    return found;
  }

  error(expected: string, position = this.position): NgsiLdError {
    const rest = this.text.slice(position);
    const got = rest === '' ? 'the end' : `"${rest.length > 30 ? `${rest.slice(0, 30)}…` : rest}"`;
    return new NgsiLdError('BadRequestData', `${this.parameter}: at ${position}: got ${got}, expected ${expected}`);
  }
}

/**
 * PostgreSQL can store neither U+0000 nor half a surrogate pair.
 *
 * @throws NgsiLdError BadRequestData
 */
export function checkStorable(text: string, parameter: string): void {
  if (text.includes('\0') || !text.isWellFormed()) {
    throw new NgsiLdError('BadRequestData', `${parameter}: got U+0000 or half a surrogate pair, expected Unicode text`);
  }
}
