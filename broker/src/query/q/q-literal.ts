import { temporalKind } from '../../model/time-kind.ts';
import { type Pattern, parsePattern } from '../pattern.ts';
import { checkStorable, type Scanner } from '../scanner.ts';
import { temporalKey } from '../temporal/temporal-key.ts';
import type { Literal, QOperand, TimeLiteral } from './q-tree.ts';

/** Expands a literal that is compared with an attribute of `expandValues`. */
export type ExpandLiteral = (text: string) => string;

const QUOTED = /"(?:[^"\\]|\\.)*"/sy;
const BARE = /[^;|),"]+/y;
/** A bare word can't begin with these: `level>>1` has an operator too many. */
const OPERATOR = /^[<>=!~]/;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Longer lists are refused. */
const MAX_VALUES = 1000;

/**
 * Parses the operand of `==` and `!=`: a value, a list, or a range.
 *
 * @throws NgsiLdError BadRequestData
 */
export function scanOperand(scanner: Scanner, expand: ExpandLiteral | undefined): QOperand {
  const start = scanner.position;
  const first = scanOne(scanner, expand);
  if (first.kind === 'range') return first;

  const values = [first];
  scanner.skipBlanks();
  while (scanner.accept(',')) {
    if (values.length === MAX_VALUES) throw scanner.error(`at most ${MAX_VALUES} values`);
    const next = scanOne(scanner, expand);
    if (next.kind === 'range') throw scanner.error('values or one range, not both', start);
    values.push(next);
    scanner.skipBlanks();
  }
  return { kind: 'values', values };
}

/**
 * Parses the operand of `>`, `>=`, `<` and `<=`.
 *
 * @throws NgsiLdError BadRequestData
 */
export function scanComparable(scanner: Scanner, expand: ExpandLiteral | undefined): Literal {
  const start = scanner.position;
  const literal = scanOne(scanner, expand);
  if (literal.kind === 'range' || literal.kind === 'boolean') throw scanner.error('one number, string or time', start);
  scanner.skipBlanks();
  if (scanner.sees(',')) throw scanner.error('one value: only == and != take a list');
  return literal;
}

function scanOne(scanner: Scanner, expand: ExpandLiteral | undefined): Literal | (QOperand & { kind: 'range' }) {
  scanner.skipBlanks();
  const start = scanner.position;
  if (scanner.sees('"')) {
    const from = stringLiteral(scanQuoted(scanner), expand);
    scanner.skipBlanks();
    return scanner.accept('..') ? rangeFrom(from, scanner, expand, start) : from;
  }

  const token = scanBare(scanner);
  const dots = token.indexOf('..');
  const lower = dots > 0 ? bareLiteral(token.slice(0, dots).trim(), scanner, start, undefined) : undefined;
  // "a..b" of bare words is a single word: a URI may contain dots.
  if (lower === undefined || lower.kind === 'string') return bareLiteral(token, scanner, start, expand);
  return range(lower, bareLiteral(token.slice(dots + 2).trim(), scanner, start, expand), scanner, start);
}

function scanBare(scanner: Scanner): string {
  const start = scanner.position;
  const token = scanner.match(BARE)?.trim();
  if (!token || OPERATOR.test(token) || scanner.sees('"')) throw scanner.error('a value', start);
  return token;
}

function rangeFrom(from: Literal, scanner: Scanner, expand: ExpandLiteral | undefined, start: number) {
  scanner.skipBlanks();
  const to = scanner.sees('"')
    ? stringLiteral(scanQuoted(scanner), expand)
    : bareLiteral(scanBare(scanner), scanner, start, expand);
  return range(from, to, scanner, start);
}

function range(from: Literal, to: Literal, scanner: Scanner, start: number) {
  if (from.kind !== to.kind || from.kind === 'boolean') {
    throw scanner.error('a range from..to between two numbers, strings or times', start);
  }
  return { kind: 'range', from, to } as const;
}

function bareLiteral(text: string, scanner: Scanner, start: number, expand: ExpandLiteral | undefined): Literal {
  if (text === 'true' || text === 'false') return { kind: 'boolean', value: text === 'true' };
  if (NUMBER.test(text)) {
    const value = Number(text);
    if (!Number.isFinite(value)) throw scanner.error('a number that fits in a double', start);
    return { kind: 'number', value };
  }
  const time = timeLiteral(text);
  if (time) return time;
  if (text === '' || /\s/.test(text)) throw scanner.error('a value; texts with blanks need quotes', start);
  return stringLiteral(text, expand);
}

function stringLiteral(text: string, expand: ExpandLiteral | undefined): Literal {
  const value = expand ? expand(text) : text;
  const time = timeLiteral(value);
  return time ? { kind: 'string', value, time } : { kind: 'string', value };
}

function timeLiteral(text: string): TimeLiteral | undefined {
  const kind = temporalKind(text);
  return kind && { kind, value: text, key: temporalKey(text, kind) as string };
}

function scanQuoted(scanner: Scanner): string {
  const start = scanner.position;
  const quoted = scanner.match(QUOTED);
  if (quoted === undefined) throw scanner.error("a closing '\"'", start);
  try {
    const text = JSON.parse(quoted) as string;
    checkStorable(text, scanner.parameter);
    return text;
  } catch (cause) {
    if (cause instanceof SyntaxError) throw scanner.error('a JSON string', start);
    throw cause;
  }
}

/**
 * Parses the operand of `~=` and `!~=`. In quotes, only `\"` is an escape of the query language; everything else
 * belongs to the expression. Without quotes, it ends before a `;`, `|` or `)` outside of its own parentheses and
 * brackets.
 *
 * @throws NgsiLdError BadRequestData
 */
export function scanPattern(scanner: Scanner): Pattern {
  scanner.skipBlanks();
  const start = scanner.position;
  if (!scanner.sees('"')) return parsePattern(scanBarePattern(scanner), scanner.parameter);
  const quoted = scanner.match(QUOTED);
  if (quoted === undefined) throw scanner.error("a closing '\"'", start);
  return parsePattern(quoted.slice(1, -1).replaceAll('\\"', '"'), scanner.parameter);
}

function scanBarePattern(scanner: Scanner): string {
  const { text } = scanner;
  const start = scanner.position;
  let depth = 0;
  let inClass = false;
  for (; !scanner.atEnd; scanner.position++) {
    const char = text.charAt(scanner.position);
    if (char === '\\') scanner.position++;
    else if (inClass) inClass = char !== ']';
    else if (char === '[') inClass = true;
    else if (char === '(') depth++;
    else if (depth === 0 && (char === ';' || char === '|' || char === ')')) break;
    else if (char === ')') depth--;
  }
  scanner.position = Math.min(scanner.position, text.length);
  return text.slice(start, scanner.position).trim();
}
