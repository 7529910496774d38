import { Problem, refused } from '@alzette/kit/problems';
import { type Expression, ExpressionFault } from './filter/expression.ts';
import { type Order, parseFilter, parseOrder } from './filter/parse.ts';
import { LINKS, PROPERTIES, type SetName } from './sets.ts';

/** The query options of a request or of an expanded link (clause 9.3.3). */
export interface Options {
  readonly filter?: Expression;
  readonly order?: readonly Order[];
  readonly top?: number;
  readonly skip: number;
  readonly count: boolean;
  readonly expand: ReadonlyMap<string, Options>;
  readonly select?: ReadonlySet<string>;
  /** Where a page begins, as our own next links say it. */
  readonly from?: readonly number[];
  /** As they were given, for the link to the next page. */
  readonly texts: ReadonlyMap<string, string>;
}

const NAMES = ['$filter', '$count', '$orderby', '$skip', '$top', '$expand', '$select', '$skiptoken'] as const;
const MAX_DEPTH = 6;
const MAX_TEXT = 8_000;

export const NO_OPTIONS: Options = { skip: 0, count: false, expand: new Map(), texts: new Map() };

/** @throws Problem 400: an option is wrong; 501: it is not offered */
export function readOptions(set: SetName, given: Readonly<Record<string, unknown>>): Options {
  const texts = new Map<string, string>();
  for (const [name, text] of Object.entries(given)) {
    if (!NAMES.some((known) => known === name)) {
      if (name.startsWith('$')) throw unsupported(name, `known options: ${NAMES.join(', ')}`);
      throw refused(name, text, `one of ${NAMES.join(', ')}`);
    }
    if (typeof text !== 'string') throw refused(name, text, 'the option once');
    if (text.length > MAX_TEXT) throw refused(name, text, `at most ${MAX_TEXT} characters`);
    texts.set(name, text);
  }
  return readTexts(set, texts, 0);
}

function readTexts(set: SetName, texts: ReadonlyMap<string, string>, depth: number): Options {
  const filter = texts.get('$filter');
  const order = texts.get('$orderby');
  const select = texts.get('$select');
  const count = texts.get('$count');
  const from = texts.get('$skiptoken');
  if (count !== undefined && count !== 'true' && count !== 'false') throw refused('$count', count, 'true or false');
  const top = wholeNumber('$top', texts.get('$top'));
  return {
    ...(filter !== undefined && { filter: parsed('$filter', filter, parseFilter) }),
    ...(order !== undefined && { order: parsed('$orderby', order, parseOrder) }),
    ...(top !== undefined && { top }),
    skip: wholeNumber('$skip', texts.get('$skip')) ?? 0,
    count: count === 'true',
    expand: readExpand(set, texts.get('$expand'), depth),
    ...(select !== undefined && { select: readSelect(set, select) }),
    ...(from !== undefined && { from: from.split('.').map((part) => wholeNumber('$skiptoken', part) ?? 0) }),
    texts,
  };
}

function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw refused(name, text, 'a whole number of at least 0');
  return Number(text);
}

function parsed<T>(name: string, text: string, parse: (text: string) => T): T {
  try {
    return parse(text);
  } catch (error) {
    throw problemOf(name, error);
  }
}

/** A fault of an expression as the answer to the client; other errors as they are. */
export function problemOf(name: string, error: unknown): unknown {
  if (!(error instanceof ExpressionFault)) return error;
  return error.isUnsupported
    ? unsupported(name, error.message)
    : new Problem(400, 'The request is not valid', `${name}: ${error.message}`);
}

export const unsupported = (name: string, detail: string): Problem =>
  new Problem(501, 'Not implemented', `${name}: ${detail}`);

function readSelect(set: SetName, text: string): ReadonlySet<string> {
  const known = ['id', '@iot.id', 'selfLink', '@iot.selfLink', ...PROPERTIES[set], ...Object.keys(LINKS[set])];
  const names = text.split(',').map((name) => name.trim());
  for (const name of names) {
    if (!known.includes(name)) throw refused('$select', name, `one of ${known.join(', ')}`);
  }
  return new Set(names.map((name) => (name === 'id' || name === 'selfLink' ? `@iot.${name}` : name)));
}

function readExpand(set: SetName, text: string | undefined, depth: number): ReadonlyMap<string, Options> {
  const found = new Map<string, Options>();
  if (text === undefined) return found;
  if (depth >= MAX_DEPTH) throw refused('$expand', text, `at most ${MAX_DEPTH} links one after another`);
  for (const part of splitOutside(text, ',')) {
    const open = part.indexOf('(');
    if (open >= 0 && !part.endsWith(')')) throw refused('$expand', part, 'a closing bracket at its end');
    const [name = '', ...further] = (open < 0 ? part : part.slice(0, open)).split('/');
    const link = LINKS[set][name];
    if (link === undefined) throw refused('$expand', name, `a link of ${set}: ${Object.keys(LINKS[set]).join(', ')}`);
    const own = open < 0 ? '' : part.slice(open + 1, -1);
    // `Datastreams/Sensor(…)` is `Datastreams($expand=Sensor(…))`.
    const inner = further.length > 0 ? `$expand=${further.join('/')}${open < 0 ? '' : `(${own})`}` : own;
    const texts = new Map(found.get(name)?.texts);
    for (const [option, value] of nestedTexts(inner)) {
      const before = texts.get(option);
      texts.set(option, option === '$expand' && before !== undefined ? `${before},${value}` : value);
    }
    found.set(name, readTexts(link.to, texts, depth + 1));
  }
  return found;
}

function nestedTexts(text: string): [string, string][] {
  if (text.trim() === '') return [];
  return splitOutside(text, ';').map((option) => {
    const [, name = option, value] = /^(\$\w+)=(.*)$/s.exec(option) ?? [];
    if (value !== undefined && NAMES.some((known) => known === name)) return [name, value];
    if (name.startsWith('$')) throw unsupported(name, `known options: ${NAMES.join(', ')}`);
    throw refused('$expand', option, `$option=value with one of ${NAMES.join(', ')}`);
  });
}

/** Splits where the sign is neither within brackets nor within a text in quotes. */
function splitOutside(text: string, sign: string): string[] {
  const parts: string[] = [];
  let [depth, start, isQuoted] = [0, 0, false];
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === "'") isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (char === '(') depth++;
    else if (char === ')') depth--;
    else if (char === sign && depth === 0) {
      parts.push(text.slice(start, i).trim());
      start = i + 1;
    }
  }
  parts.push(text.slice(start).trim());
  return parts;
}
