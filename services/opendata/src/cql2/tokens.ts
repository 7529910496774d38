import { FilterFault } from './expression.ts';

export type Token =
  | { readonly kind: 'word'; readonly text: string; readonly at: number }
  | { readonly kind: 'name'; readonly text: string; readonly at: number }
  | { readonly kind: 'string'; readonly text: string; readonly at: number }
  | { readonly kind: 'number'; readonly text: string; readonly at: number }
  | { readonly kind: 'sign'; readonly text: string; readonly at: number };

const TOKEN =
  /\s*(?:([\p{L}_][\p{L}\p{N}_.]*)|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|''|\\')*)'|(\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)|(<>|<=|>=|[=<>+\-*/%^(),]))/uy;

/** The tokens of a filter in text. @throws FilterFault: an unknown character */
function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) throw new FilterFault(`"${text.slice(at, at + 20).trim()}" at character ${at + 1} is not CQL2`);
    const [, word, name, string, number, sign] = match;
    if (word !== undefined) tokens.push({ kind: 'word', text: word, at });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name.replace(/\\(.)/g, '$1'), at });
    else if (string !== undefined) tokens.push({ kind: 'string', text: string.replace(/''|\\'/g, "'"), at });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number, at });
    else tokens.push({ kind: 'sign', text: sign as string, at });
  }
  return tokens;
}

/** The tokens of a filter, with the current position. */
export interface Reader {
  peek(): Token | undefined;
  next(): Token;
  /** Consumes the sign or word if it is next; words are case-insensitive. */
  take(text: string): boolean;
  expect(text: string): void;
}

/** @throws FilterFault: an unknown character */
export function readerOf(text: string): Reader {
  const tokens = tokensOf(text);
  let position = 0;
  const isNext = (wanted: string) => {
    const token = tokens[position];
    if (token === undefined) return false;
    if (token.kind === 'word') return token.text.toLowerCase() === wanted;
    return token.kind === 'sign' && token.text === wanted;
  };
  const reader: Reader = {
    peek: () => tokens[position],
    next() {
      const token = tokens[position];
      if (token === undefined) throw new FilterFault('the filter ends too early');
      position += 1;
      return token;
    },
    take(wanted) {
      if (!isNext(wanted)) return false;
      position += 1;
      return true;
    },
    expect(wanted) {
      if (reader.take(wanted)) return;
      const token = tokens[position];
      const got = token === undefined ? 'the end' : `"${token.text}" at character ${token.at + 1}`;
      throw new FilterFault(`expected "${wanted}", got ${got}`);
    },
  };
  return reader;
}
