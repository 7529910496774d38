import { type Token, tokensOf } from './tokens.ts';

/** The tree of an expression. */
export type Tree =
  | { readonly type: 'literal'; readonly value: string | number | boolean }
  /** A variable, a member of `from`, or, relative, a member of the element that a filter looks at. */
  | { readonly type: 'name'; readonly name: string; readonly from?: Tree; readonly isRelative?: boolean }
  | { readonly type: 'not'; readonly of: Tree }
  | { readonly type: 'binary'; readonly operator: string; readonly left: Tree; readonly right: Tree }
  /** The first whose test is true, else the last; absent value: that of the test. */
  | {
      readonly type: 'choice';
      readonly cases: readonly { readonly test: Tree; readonly value?: Tree }[];
      readonly otherwise: Tree;
    }
  | { readonly type: 'list'; readonly items: readonly Tree[] }
  | { readonly type: 'object'; readonly members: readonly (readonly [name: string, value: Tree])[] }
  | { readonly type: 'transform'; readonly name: string; readonly args: readonly Tree[] }
  /** Relative: the elements for which the condition is true; else the member with this name or number. */
  | { readonly type: 'filter'; readonly of: Tree; readonly condition: Tree; readonly isRelative: boolean };

export const PRECEDENCE: { readonly [operator: string]: number } = {
  '||': 10,
  '&&': 10,
  '==': 20,
  '!=': 20,
  '>': 20,
  '>=': 20,
  '<': 20,
  '<=': 20,
  in: 20,
  '+': 30,
  '-': 30,
  '*': 40,
  '/': 40,
  '//': 40,
  '%': 50,
  '^': 50,
};
const MOST_NESTED = 100;

/** Reads tokens from left to right. */
interface Reader {
  readonly tokens: readonly Token[];
  at: number;
  nested: number;
  /** Whether the expression being read refers to the element of its filter. */
  isRelative: boolean;
}

/** Parses JEXL, in time proportional to its length. @throws Error names what is unexpected, and where */
export function parseExpression(text: string): Tree {
  const reader: Reader = { tokens: tokensOf(text), at: 0, nested: 0, isRelative: false };
  const tree = expression(reader);
  if (reader.at < reader.tokens.length) throw unexpected(reader);
  return tree;
}

/** A choice, or an expression of operators. */
function expression(reader: Reader): Tree {
  const cases: { test: Tree; value?: Tree }[] = [];
  for (;;) {
    const tree = operators(reader, 0);
    if (!takes(reader, '?')) return cases.length === 0 ? tree : { type: 'choice', cases, otherwise: tree };
    if (takes(reader, ':')) {
      cases.push({ test: tree });
      continue;
    }
    cases.push({ test: tree, value: nested(reader, expression) });
    expect(reader, ':');
  }
}

/** Operators of at least this precedence; those of equal precedence from left to right. */
function operators(reader: Reader, least: number): Tree {
  let left = operand(reader);
  for (;;) {
    const operator = signOf(reader);
    const precedence = operator === undefined ? undefined : PRECEDENCE[operator];
    if (operator === undefined || precedence === undefined || precedence < least) return left;
    reader.at += 1;
    left = { type: 'binary', operator, left, right: operators(reader, precedence + 1) };
  }
}

function operand(reader: Reader): Tree {
  if (takes(reader, '!')) return { type: 'not', of: nested(reader, operand) };
  let tree = primary(reader);
  for (;;) {
    if (takes(reader, '.')) tree = { type: 'name', name: name(reader), from: tree };
    else if (takes(reader, '[')) tree = filtered(reader, tree);
    else if (takes(reader, '|')) tree = { type: 'transform', name: name(reader), args: [tree, ...args(reader)] };
    else return tree;
  }
}

function primary(reader: Reader): Tree {
  const token = reader.tokens[reader.at];
  if (token?.kind === 'literal') {
    reader.at += 1;
    return { type: 'literal', value: token.value };
  }
  if (token?.kind === 'name') {
    reader.at += 1;
    if (signOf(reader) === '(') throw new Error(`Function ${token.text} is not defined.`);
    return { type: 'name', name: token.text };
  }
  if (takes(reader, '.')) {
    reader.isRelative = true;
    return { type: 'name', name: name(reader), isRelative: true };
  }
  if (takes(reader, '(')) {
    const { tree } = apart(reader);
    expect(reader, ')');
    return tree;
  }
  if (takes(reader, '[')) return { type: 'list', items: items(reader, ']') };
  if (takes(reader, '{')) return { type: 'object', members: members(reader) };
  throw unexpected(reader);
}

function filtered(reader: Reader, of: Tree): Tree {
  const { tree, isRelative } = apart(reader);
  expect(reader, ']');
  return { type: 'filter', of, condition: tree, isRelative };
}

function args(reader: Reader): Tree[] {
  return takes(reader, '(') ? items(reader, ')') : [];
}

function items(reader: Reader, end: string): Tree[] {
  const found: Tree[] = [];
  for (;;) {
    if (takes(reader, end)) return found;
    if (takes(reader, ',')) continue;
    found.push(apart(reader).tree);
    if (signOf(reader) !== end) expect(reader, ',');
  }
}

function members(reader: Reader): [string, Tree][] {
  const found: [string, Tree][] = [];
  for (;;) {
    if (takes(reader, '}')) return found;
    const key = name(reader);
    expect(reader, ':');
    found.push([key, apart(reader).tree]);
    if (signOf(reader) !== '}') expect(reader, ',');
  }
}

/** An expression in brackets. Its relative names do not make the expression around it relative. */
function apart(reader: Reader): { readonly tree: Tree; readonly isRelative: boolean } {
  const around = reader.isRelative;
  reader.isRelative = false;
  const tree = nested(reader, expression);
  const { isRelative } = reader;
  reader.isRelative = around;
  return { tree, isRelative };
}

function nested(reader: Reader, read: (reader: Reader) => Tree): Tree {
  reader.nested += 1;
  if (reader.nested > MOST_NESTED) throw new Error(`more than ${MOST_NESTED} levels of brackets`);
  const tree = read(reader);
  reader.nested -= 1;
  return tree;
}

function name(reader: Reader): string {
  const token = reader.tokens[reader.at];
  if (token?.kind !== 'name') throw unexpected(reader);
  reader.at += 1;
  return token.text;
}

function signOf({ tokens, at }: Reader): string | undefined {
  const token = tokens[at];
  return token?.kind === 'sign' ? token.text : undefined;
}

function takes(reader: Reader, sign: string): boolean {
  if (signOf(reader) !== sign) return false;
  reader.at += 1;
  return true;
}

function expect(reader: Reader, sign: string): void {
  if (!takes(reader, sign)) throw unexpected(reader, `, expected ${sign}`);
}

function unexpected({ tokens, at }: Reader, expected = ''): Error {
  const token = tokens[at];
  if (token === undefined) return new Error(`Unexpected end of expression${expected}`);
  const shown = token.kind === 'literal' ? JSON.stringify(token.value) : token.text;
  return new Error(`Unexpected ${shown} at character ${token.at + 1}${expected}`);
}
