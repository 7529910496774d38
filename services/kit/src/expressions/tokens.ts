/** A token of an expression. `at` is its position, from 0. */
export type Token =
  | { readonly kind: 'literal'; readonly value: string | number | boolean; readonly at: number }
  | { readonly kind: 'name' | 'sign'; readonly text: string; readonly at: number };

/** The longest first. */
const SIGNS = ['//', '==', '!=', '>=', '<=', '&&', '||', ...'.[]|{}:,()?+-*/%^><!'];
const NAME =
  /[a-zA-Zа-яА-Я_\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u00FF$][a-zA-Zа-яА-Я0-9_\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u00FF$]*/y;
const NUMBER = /[0-9]*\.[0-9]+|[0-9]+/y;
const SPACE = /\s+/y;
/** After one of these, or at the beginning, a minus belongs to the number that follows. */
const BEFORE_NEGATIVE = new Set([
  ...['+', '-', '*', '/', '//', '%', '^', '==', '!=', '>', '>=', '<', '<=', '&&', '||', 'in'],
  ...['!', '(', '[', '?', ':', ','],
]);

/** @throws Error: a character that no token begins with */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; ) {
    const space = matchAt(SPACE, text, at);
    if (space !== undefined) {
      at += space.length;
      continue;
    }
    const quote = text[at] as string;
    if (quote === "'" || quote === '"') {
      const end = endOfText(text, at);
      tokens.push({ kind: 'literal', value: unquoted(text.slice(at, end)), at });
      at = end;
      continue;
    }
    const sign = quote === '-' && isNegative(tokens) ? '-' : '';
    const digitsAt = sign === '' ? at : at + 1 + (matchAt(SPACE, text, at + 1) ?? '').length;
    const digits = matchAt(NUMBER, text, digitsAt);
    if (digits !== undefined) {
      tokens.push({ kind: 'literal', value: Number.parseFloat(sign + digits), at });
      at = digitsAt + digits.length;
      continue;
    }
    const token = nameAt(text, at) ?? signAt(text, at);
    tokens.push(token.token);
    at += token.length;
  }
  return tokens;
}

function nameAt(text: string, at: number): { token: Token; length: number } | undefined {
  const name = matchAt(NAME, text, at);
  if (name === undefined) return undefined;
  const { length } = name;
  if (name === 'true' || name === 'false') return { token: { kind: 'literal', value: name === 'true', at }, length };
  return { token: { kind: name === 'in' ? 'sign' : 'name', text: name, at }, length };
}

function signAt(text: string, at: number): { token: Token; length: number } {
  const sign = SIGNS.find((each) => text.startsWith(each, at));
  if (sign === undefined) throw new Error(`Invalid expression token: ${text[at]} at character ${at + 1}`);
  return { token: { kind: 'sign', text: sign, at }, length: sign.length };
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function isNegative(tokens: readonly Token[]): boolean {
  const last = tokens.at(-1);
  if (last === undefined) return true;
  return last.kind === 'sign' && BEFORE_NEGATIVE.has(last.text);
}

/** The position after a quoted text. A quote after a backslash does not end it, unless it is the last one of all. */
function endOfText(text: string, begin: number): number {
  const quote = text[begin] as string;
  for (let at = text.indexOf(quote, begin + 1); at !== -1; at = text.indexOf(quote, at + 1)) {
    if (at === begin + 1 || text[at - 1] !== '\\') return at + 1;
  }
  const last = text.lastIndexOf(quote);
  if (last === begin) throw new Error(`Invalid expression token: ${quote} at character ${begin + 1} has no end`);
  return last + 1;
}

function unquoted(text: string): string {
  const quote = text[0] as string;
  // As in JEXL, only the first pair of backslashes is one.
  return text.slice(1, -1).replaceAll(`\\${quote}`, quote).replace('\\\\', '\\');
}
