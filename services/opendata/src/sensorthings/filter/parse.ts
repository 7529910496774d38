import { readerOf } from '../../cql2/tokens.ts';
import { readWkt } from '../../cql2/wkt.ts';
import { type Expression, ExpressionFault, type Literal } from './expression.ts';
import { FUNCTIONS } from './functions.ts';
import { type Token, tokensOf } from './tokens.ts';

/** Operators by precedence, the weakest first (Table 22; OData 4.0, 5.1.1.9). */
const LEVELS: readonly ReadonlySet<string>[] = [
  new Set(['or']),
  new Set(['and']),
  new Set(['eq', 'ne', 'gt', 'ge', 'lt', 'le']),
  new Set(['add', 'sub']),
  new Set(['mul', 'div', 'mod']),
];
const MAX_DEPTH = 40;
const MAX_TOKENS = 1_000;

export interface Order {
  readonly by: Expression;
  readonly isDescending: boolean;
}

/** @throws ExpressionFault: what is wrong, and where */
export function parseFilter(text: string): Expression {
  const reader = new Reader(text);
  const found = binary(reader, 0, 0);
  reader.end();
  return found;
}

/** @throws ExpressionFault: what is wrong, and where */
export function parseOrder(text: string): Order[] {
  const reader = new Reader(text);
  const orders: Order[] = [];
  do {
    const by = binary(reader, 3, 0);
    const isDescending = reader.takeWord('desc');
    if (!isDescending) reader.takeWord('asc');
    orders.push({ by, isDescending });
  } while (reader.takeSign(','));
  reader.end();
  return orders;
}

class Reader {
  readonly #tokens: readonly Token[];
  #position = 0;

  constructor(text: string) {
    this.#tokens = tokensOf(text);
    if (this.#tokens.length > MAX_TOKENS) throw new ExpressionFault(`it has more than ${MAX_TOKENS} words`);
  }

  peek(): Token | undefined {
    return this.#tokens[this.#position];
  }

  next(): Token {
    const token = this.#tokens[this.#position++];
    if (token === undefined) throw new ExpressionFault('it ends too early');
    return token;
  }

  takeWord(text: string): boolean {
    return this.#take('word', text);
  }

  takeSign(text: string): boolean {
    return this.#take('sign', text);
  }

  expect(sign: string): void {
    if (!this.takeSign(sign)) throw new ExpressionFault(`expected "${sign}", got ${this.#where()}`);
  }

  end(): void {
    if (this.peek() !== undefined) throw new ExpressionFault(`expected the end, got ${this.#where()}`);
  }

  #take(kind: Token['kind'], text: string): boolean {
    const token = this.peek();
    if (token?.kind !== kind || token.text !== text) return false;
    this.#position++;
    return true;
  }

  #where(): string {
    const token = this.peek();
    return token === undefined ? 'the end' : `"${token.text}" at character ${token.at + 1}`;
  }
}

function binary(reader: Reader, level: number, depth: number): Expression {
  if (depth > MAX_DEPTH) throw new ExpressionFault(`it is nested more than ${MAX_DEPTH} times`);
  const operators = LEVELS[level];
  if (operators === undefined) return unary(reader, depth);
  let left = binary(reader, level + 1, depth);
  for (;;) {
    const token = reader.peek();
    if (token?.kind !== 'word' || !operators.has(token.text)) return left;
    reader.next();
    left = { kind: 'call', name: token.text, args: [left, binary(reader, level + 1, depth)] };
  }
}

function unary(reader: Reader, depth: number): Expression {
  if (!reader.takeWord('not')) return primary(reader, depth);
  return { kind: 'call', name: 'not', args: [unary(reader, depth + 1)] };
}

function primary(reader: Reader, depth: number): Expression {
  if (depth > MAX_DEPTH) throw new ExpressionFault(`it is nested more than ${MAX_DEPTH} times`);
  if (reader.takeSign('(')) {
    const inner = binary(reader, 0, depth + 1);
    reader.expect(')');
    return inner;
  }
  const token = reader.next();
  if (token.kind !== 'word') return { kind: 'literal', value: literalOf(token) };
  if (reader.takeSign('(')) return call(reader, token.text, depth);
  if (token.text === 'null') return { kind: 'literal', value: null };
  if (token.text === 'true' || token.text === 'false') return { kind: 'literal', value: token.text === 'true' };
  return { kind: 'path', path: token.text.split('/') };
}

function call(reader: Reader, name: string, depth: number): Expression {
  const known = FUNCTIONS.get(name);
  if (known === undefined) throw new ExpressionFault(`the function ${name} is not offered`, true);
  const args: Expression[] = [];
  if (!reader.takeSign(')')) {
    do args.push(binary(reader, 0, depth + 1));
    while (reader.takeSign(','));
    reader.expect(')');
  }
  if (args.length !== known.takes) {
    throw new ExpressionFault(`${name} takes ${known.takes} values, got ${args.length}`);
  }
  return { kind: 'call', name, args };
}

function literalOf({ kind, text, at }: Token): Literal {
  if (kind === 'string') return text;
  if (kind === 'number') return Number(text);
  if (kind === 'time') return instantOf(text);
  if (kind === 'geography') return { geometry: geometryOf(text) };
  throw new ExpressionFault(`"${text}" at character ${at + 1} is not expected there`);
}

/** @throws ExpressionFault: it is no time */
export function instantOf(text: string) {
  const instant = Date.parse(text);
  if (Number.isNaN(instant)) throw new ExpressionFault(`"${text}" is no time`);
  const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)$/.exec(text.slice(10)) ?? [];
  const offset = Number(hours ?? 0) * 60 + Number(minutes ?? 0);
  return { instant, offsetMinutes: sign === '-' ? -offset : offset };
}

function geometryOf(text: string): { type: string; coordinates: unknown } {
  try {
    const reader = readerOf(text);
    const { text: word } = reader.next();
    const found = readWkt(word.toLowerCase(), reader) as { type?: string; coordinates?: unknown };
    if (typeof found.type !== 'string' || reader.peek() !== undefined) throw new Error('no geometry');
    return { type: found.type, coordinates: found.coordinates };
  } catch {
    throw new ExpressionFault(`geography'${text.slice(0, 60)}' is no geometry as WKT`);
  }
}
