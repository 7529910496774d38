import { RE2JS } from 're2js';
import { NgsiLdError } from '../model/errors.ts';
import { checkStorable } from './scanner.ts';

/**
 * A regular expression that JavaScript and PostgreSQL interpret identically. It matches anywhere in the text, unless
 * anchored by `^` and `$`. In memory RE2 is used, which takes linear time. PostgreSQL's engine also uses an automaton,
 * because back references and lookarounds are refused.
 */
export interface Pattern {
  /** As given in the request. */
  readonly source: string;
  /** In the syntax of PostgreSQL's `~`. */
  readonly postgres: string;
  test(text: string): boolean;
}

/** In characters. */
const MAX_LENGTH = 512;

/** The limit of PostgreSQL. */
const MAX_REPEAT = 255;

/** The limit on the product of nested repetitions, which determines the size of the automaton. */
const MAX_COPIES = 1000;

const MAX_DEPTH = 16;

const CLASSES: { readonly [name: string]: string } = {
  d: '0-9',
  w: 'A-Za-z0-9_',
  s: ' \\t\\n\\r\\f\\v',
  alpha: 'A-Za-z',
  digit: '0-9',
  alnum: 'A-Za-z0-9',
  space: ' \\t\\n\\r\\f\\v',
  upper: 'A-Z',
  lower: 'a-z',
  xdigit: '0-9A-Fa-f',
  punct: '!-/:-@\\[-`{-~',
};

const LETTER_ESCAPES = 'tnrfv';

/**
 * Parses a regular expression in the subset that both engines share: literals, `.`, classes, groups, alternation,
 * greedy and lazy repetition, `^`, `$`, `\b`, `\d`, `\w`, `\s` and POSIX classes, all for ASCII.
 *
 * @throws NgsiLdError BadRequestData
 */
export function parsePattern(source: string, parameter: string): Pattern {
  checkStorable(source, parameter);
  if (source === '' || source.length > MAX_LENGTH) {
    throw new NgsiLdError(
      'BadRequestData',
      `${parameter}: got a regular expression of ${source.length} characters, expected 1 to ${MAX_LENGTH}`,
    );
  }
  const translation = new Translator(source, parameter).translate();
  const engine = compiled(translation.re2, source, parameter);
  return new CompiledPattern(source, translation.postgres, engine);
}

/** Its fields are all that queries are compared by: the engine is not among them. */
class CompiledPattern implements Pattern {
  readonly source: string;
  readonly postgres: string;
  readonly #engine: RE2JS;

  constructor(source: string, postgres: string, engine: RE2JS) {
    this.source = source;
    this.postgres = postgres;
    this.#engine = engine;
  }

  test(text: string): boolean {
    return this.#engine.test(text);
  }
}

function compiled(re2: string, source: string, parameter: string): RE2JS {
  try {
    return RE2JS.compile(re2);
  } catch (cause) {
    throw new NgsiLdError('BadRequestData', `${parameter}: "${source}" is not a regular expression`, { cause });
  }
}

class Translator {
  readonly #source: string;
  readonly #parameter: string;
  #position = 0;
  #re2 = '';
  #postgres = '';

  constructor(source: string, parameter: string) {
    this.#source = source;
    this.#parameter = parameter;
  }

  translate(): { re2: string; postgres: string } {
    this.#alternatives(0);
    if (this.#position < this.#source.length) throw this.#error('no ")" without its "("');
    return { re2: this.#re2, postgres: this.#postgres };
  }

  /** Returns how many copies of one character the largest branch may need in an automaton. */
  #alternatives(depth: number): number {
    if (depth > MAX_DEPTH) throw this.#error(`groups at most ${MAX_DEPTH} deep`);
    let copies = 1;
    for (;;) {
      const char = this.#source.charAt(this.#position);
      if (char === '' || char === ')') return copies;
      if (char === '|') {
        this.#position++;
        this.#emit('|');
      } else copies = Math.max(copies, this.#repeated(depth));
    }
  }

  #repeated(depth: number): number {
    const copies = this.#atom(depth);
    const repeat = /[*+?]|\{(\d{1,4})(?:(,)(\d{0,4}))?\}/y;
    repeat.lastIndex = this.#position;
    const found = repeat.exec(this.#source);
    if (!found) return Math.abs(copies);
    if (copies < 0) throw this.#error('no repetition of an anchor');

    const [text, least, , most] = found;
    const times = Math.max(1, Number(least ?? 1), Number(most || 1));
    if (times > MAX_REPEAT || (most && Number(most) < Number(least))) {
      throw this.#error(`a repetition of at most ${MAX_REPEAT}, lower bound first`);
    }
    if (copies * times > MAX_COPIES) throw this.#error(`repetitions that multiply to at most ${MAX_COPIES}`);

    this.#position += text.length;
    // Laziness affects only what is captured, not whether there is a match, so it is omitted.
    if (this.#source.charAt(this.#position) === '?') this.#position++;
    if ('*+?{'.includes(this.#source.charAt(this.#position) || ' ')) throw this.#error('no repetition of a repetition');
    this.#emit(text);
    return copies * times;
  }

  /** Returns the copies that an atom needs, negative for an anchor. */
  #atom(depth: number): number {
    const char = this.#source.charAt(this.#position);
    if (char === '(') return this.#group(depth);
    if (char === '[') return this.#bracket();
    if (char === '\\') return this.#escape();
    if ('*+?{'.includes(char)) throw this.#error('something to repeat before it; write \\ before a literal * + ? {');
    this.#position++;
    if (char === '^' || char === '$') {
      this.#emit(char);
      return -1;
    }
    if (char === '.') this.#emit('[^\\n]');
    else this.#emit(char === ']' || char === '}' ? `\\${char}` : char);
    return 1;
  }

  #group(depth: number): number {
    this.#position++;
    if (this.#source.startsWith('?:', this.#position)) this.#position += 2;
    else if (this.#source.charAt(this.#position) === '?') {
      throw this.#error('"(" or "(?:": no lookaround, no name, no flag');
    }
    this.#emit('(?:');
    const copies = this.#alternatives(depth + 1);
    if (this.#source.charAt(this.#position) !== ')') throw this.#error('")"');
    this.#position++;
    this.#emit(')');
    return copies;
  }

  #escape(): number {
    const char = this.#source.charAt(this.#position + 1);
    const lower = char.toLowerCase();
    if (char === 'b' || char === 'B') {
      this.#re2 += `\\${char}`;
      this.#postgres += char === 'b' ? '\\y' : '\\Y';
      this.#position += 2;
      return -1;
    }
    if ('dws'.includes(lower) && char !== '') this.#emit(`[${char === lower ? '' : '^'}${CLASSES[lower]}]`);
    else if (LETTER_ESCAPES.includes(char) && char !== '') this.#emit(`\\${char}`);
    else if (/[!-/:-@[-`{-~]/.test(char)) this.#emit(`\\${char}`);
    else throw this.#error('an escape both engines know: \\d \\w \\s \\b \\t \\n \\r \\f \\v, or one of punctuation');
    this.#position += 2;
    return 1;
  }

  #bracket(): number {
    const opening = this.#position++;
    let content = '';
    const negated = this.#source.charAt(this.#position) === '^';
    if (negated) this.#position++;
    while (this.#source.charAt(this.#position) !== ']' || content === '') {
      if (this.#position >= this.#source.length) throw this.#error('"]"', opening);
      content += this.#bracketItem();
    }
    this.#position++;
    this.#emit(`[${negated ? '^' : ''}${content}]`);
    return 1;
  }

  #bracketItem(): string {
    const posix = /\[:(\w+):\]/y;
    posix.lastIndex = this.#position;
    const named = posix.exec(this.#source);
    const shorthand = /\\([dws])/y;
    shorthand.lastIndex = this.#position;
    const set = named ?? shorthand.exec(this.#source);
    if (set) {
      const content = Object.hasOwn(CLASSES, set[1] as string) ? CLASSES[set[1] as string] : undefined;
      if (content === undefined) throw this.#error('a POSIX class such as [:alpha:] or [:digit:]');
      this.#position += set[0].length;
      return content;
    }

    const from = this.#bracketChar();
    if (this.#source.charAt(this.#position) !== '-' || this.#source.charAt(this.#position + 1) === ']') {
      return inBracket(from);
    }
    const at = this.#position++;
    const to = this.#bracketChar();
    if ((to.codePointAt(0) as number) < (from.codePointAt(0) as number)) throw this.#error('a range upwards', at);
    return `${inBracket(from)}-${inBracket(to)}`;
  }

  #bracketChar(): string {
    const char = String.fromCodePoint(this.#source.codePointAt(this.#position) ?? 0);
    if (char !== '\\') {
      this.#position += char.length;
      return char;
    }
    const escaped = this.#source.charAt(this.#position + 1);
    if (!LETTER_ESCAPES.includes(escaped) && !/[!-/:-@[-`{-~]/.test(escaped))
      throw this.#error('an escaped punctuation');
    if (escaped === '') throw this.#error('a character after "\\"');
    this.#position += 2;
    return LETTER_ESCAPES.includes(escaped)
      ? ({ t: '\t', n: '\n', r: '\r', f: '\f', v: '\v' }[escaped] as string)
      : escaped;
  }

  #emit(text: string): void {
    this.#re2 += text;
    this.#postgres += text;
  }

  #error(expected: string, position = this.#position): NgsiLdError {
    return new NgsiLdError(
      'BadRequestData',
      `${this.#parameter}: regular expression "${this.#source}" at ${position}: expected ${expected}`,
    );
  }
}

const CONTROLS: { readonly [char: string]: string } = {
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '\f': '\\f',
  '\v': '\\v',
};

function inBracket(char: string): string {
  return CONTROLS[char] ?? (/[\\\]^[-]/.test(char) ? `\\${char}` : char);
}
