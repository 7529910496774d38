import { ExpressionFault } from './expression.ts';

export interface Token {
  readonly kind: 'word' | 'string' | 'number' | 'time' | 'geography' | 'sign';
  readonly text: string;
  readonly at: number;
}

const KINDS = ['geography', 'string', 'time', 'number', 'word', 'sign'] as const;
const TOKEN =
  /\s*(?:geography'([^']*)'|'((?:[^']|'')*)'|(\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?)|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|([\p{L}_@][\p{L}\p{N}_@.:/-]*)|([(),]))/uy;

/** @throws ExpressionFault: an unknown character */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) {
      throw new ExpressionFault(`"${text.slice(at, at + 20).trim()}" at character ${at + 1} is not understood`);
    }
    const index = match.findIndex((part, i) => i > 0 && part !== undefined);
    const [kind, part = ''] = [KINDS[index - 1] ?? 'sign', match[index]];
    tokens.push({ kind, text: kind === 'string' ? part.replaceAll("''", "'") : part, at });
  }
  return tokens;
}
