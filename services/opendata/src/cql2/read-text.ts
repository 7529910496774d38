import { COMPARISONS, DEEPEST, type Expression, FilterFault, SPATIAL, TEMPORAL } from './expression.ts';
import { type Reader, readerOf } from './tokens.ts';
import { isGeometryWord, readWkt } from './wkt.ts';

const FUNCTIONS: ReadonlySet<string> = new Set([...Object.keys(SPATIAL), ...Object.keys(TEMPORAL), 'casei', 'accenti']);

/** Parses CQL2 text. @throws FilterFault: it is invalid, with the position of the error */
export function readText(text: string): Expression {
  const reader = readerOf(text);
  const expression = either(reader, 0);
  const rest = reader.peek();
  if (rest !== undefined)
    throw new FilterFault(`"${rest.text}" at character ${rest.at + 1} follows a complete expression`);
  return expression;
}

function either(reader: Reader, depth: number): Expression {
  if (depth > DEEPEST) throw new FilterFault(`it is nested more than ${DEEPEST} deep`);
  const args = [all(reader, depth)];
  while (reader.take('or')) args.push(all(reader, depth));
  return args.length === 1 ? (args[0] as Expression) : { op: 'or', args };
}

function all(reader: Reader, depth: number): Expression {
  const args = [negated(reader, depth)];
  while (reader.take('and')) args.push(negated(reader, depth));
  return args.length === 1 ? (args[0] as Expression) : { op: 'and', args };
}

function negated(reader: Reader, depth: number): Expression {
  return reader.take('not') ? { op: 'not', args: [negated(reader, depth + 1)] } : predicate(reader, depth);
}

/** A comparison, or a single operand. */
function predicate(reader: Reader, depth: number): Expression {
  const left = sum(reader, depth);
  for (const op of COMPARISONS) if (reader.take(op)) return { op, args: [left, sum(reader, depth)] };
  if (reader.take('is')) {
    const isNot = reader.take('not');
    reader.expect('null');
    return negatedIf(isNot, { op: 'isNull', args: [left] });
  }
  const isNot = reader.take('not');
  if (reader.take('like')) return negatedIf(isNot, { op: 'like', args: [left, sum(reader, depth)] });
  if (reader.take('between')) {
    const low = sum(reader, depth);
    reader.expect('and');
    return negatedIf(isNot, { op: 'between', args: [left, low, sum(reader, depth)] });
  }
  if (reader.take('in')) {
    reader.expect('(');
    return negatedIf(isNot, { op: 'in', args: [left, listUntilClosed(reader, depth)] });
  }
  if (isNot) throw new FilterFault('expected like, between or in after not');
  return left;
}

function negatedIf(isNot: boolean, expression: Expression): Expression {
  return isNot ? { op: 'not', args: [expression] } : expression;
}

function sum(reader: Reader, depth: number): Expression {
  let left = product(reader, depth);
  for (;;) {
    const op = reader.take('+') ? '+' : reader.take('-') ? '-' : undefined;
    if (op === undefined) return left;
    left = { op, args: [left, product(reader, depth)] };
  }
}

function product(reader: Reader, depth: number): Expression {
  let left = power(reader, depth);
  for (;;) {
    const op = ['*', '/', '%', 'div'].find((sign) => reader.take(sign));
    if (op === undefined) return left;
    left = { op, args: [left, power(reader, depth)] };
  }
}

function power(reader: Reader, depth: number): Expression {
  const base = primary(reader, depth);
  return reader.take('^') ? { op: '^', args: [base, power(reader, depth + 1)] } : base;
}

function primary(reader: Reader, depth: number): Expression {
  if (depth > DEEPEST) throw new FilterFault(`it is nested more than ${DEEPEST} deep`);
  if (reader.take('(')) {
    const inner = either(reader, depth + 1);
    reader.expect(')');
    return inner;
  }
  if (reader.take('-')) {
    const operand = primary(reader, depth + 1);
    return typeof operand === 'number' ? -operand : { op: '*', args: [-1, operand] };
  }
  const token = reader.next();
  switch (token.kind) {
    case 'number':
      return Number(token.text);
    case 'string':
      return token.text;
    case 'name':
      return { property: token.text };
    case 'sign':
      throw new FilterFault(`"${token.text}" at character ${token.at + 1} is not the start of a value`);
    case 'word':
      return word(token.text, reader, depth);
  }
}

function word(text: string, reader: Reader, depth: number): Expression {
  const folded = text.toLowerCase();
  if (folded === 'true' || folded === 'false') return folded === 'true';
  if (reader.peek()?.text !== '(') {
    return { property: text };
  }
  if (isGeometryWord(folded)) return readWkt(folded, reader);
  if (!['date', 'timestamp', 'interval', 'bbox'].includes(folded) && !FUNCTIONS.has(folded)) {
    throw new FilterFault(`there is no function ${text}`);
  }
  reader.expect('(');
  const args = listUntilClosed(reader, depth);
  switch (folded) {
    case 'date':
      return { date: String(args[0]) };
    case 'timestamp':
      return { timestamp: String(args[0]) };
    case 'interval':
      return { interval: args as readonly string[] };
    case 'bbox':
      return { bbox: args as readonly number[] };
    default:
      return { op: folded, args };
  }
}

function listUntilClosed(reader: Reader, depth: number): Expression[] {
  const items = [either(reader, depth + 1)];
  while (reader.take(',')) items.push(either(reader, depth + 1));
  reader.expect(')');
  return items;
}
