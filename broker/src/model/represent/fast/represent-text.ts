import { type CacheUse, showCache } from '@alzette/kit/caches';
import { PRIMARY_MEMBER } from '../../attribute-kinds.ts';
import { iriOfQuoted } from '../../core-names.ts';
import { ATTRIBUTE_KINDS } from '../../entity.ts';
import type { NameCompactor } from '../../names.ts';
import { ownCopy } from '../../own-copy.ts';

/*
 * Does the same as `representEntity`, but directly on the stored text of `shown-text.ts`, without parsing. Measured for
 * an entity of eleven attributes: no cost without @context; otherwise 1.5 µs instead of 11.6 for JSON.parse,
 * representEntity and JSON.stringify.
 */

/** The formats that can be produced from the text. */
export type TextFormat = 'normalized' | 'simplified';

/** The separator between texts in a list. It is valid JSON and never occurs within a text. */
export const TEXT_SEPARATOR = ',\n';

/**
 * Converts stored texts to the JSON of an answer.
 *
 * @param texts results of `shownText`, joined with {@link TEXT_SEPARATOR}
 *
 * @param shows which attributes (by IRI) to include; absent: all
 */
export function representTexts(
  texts: string,
  compactor: NameCompactor,
  format: TextFormat,
  shows?: (attribute: string) => boolean,
): string {
  if (compactor.isCore && format === 'normalized' && shows === undefined) return texts;
  text = texts;
  at = 0;
  isShown = shows;
  isSimplified = format === 'simplified';
  ({ names, beginnings } = knownNames(compactor));
  if (texts === '') return '';
  let output = readEntity();
  while (at < text.length) {
    at += TEXT_SEPARATOR.length;
    output += TEXT_SEPARATOR + readEntity();
  }
  text = '';
  return output;
}

/** The members before the attributes. */
interface TextHead {
  readonly id: string;
  /** IRIs. */
  readonly types: readonly string[];
  readonly scopes?: readonly string[];
}

/** Parses the head of the text of one entity. */
export function headOf(shown: string): TextHead {
  text = shown;
  at = '{"id":'.length;
  const id = JSON.parse(readString()) as string;
  at += ',"type":'.length;
  const types: string[] = [];
  eachString((name) => types.push(iriOfQuoted(name)));
  if (!text.startsWith(SCOPE, at)) return { id, types };
  at += SCOPE.length;
  return { id, types, scopes: [JSON.parse(readValue()) as string | string[]].flat() };
}

// The text and the reading position. Module state instead of an object, because everything here runs synchronously.
let text = '';
let at = 0;
let names: QuotedNames;
let beginnings: Beginning[];
let isSimplified = false;
let isShown: ((attribute: string) => boolean) | undefined;

const SCOPE = ',"scope":';

function readEntity(): string {
  const start = at;
  at += '{"id":'.length;
  skipString();
  at += ',"type":'.length;
  let output = text.slice(start, at) + readNames();
  if (text.startsWith(SCOPE, at)) {
    const scope = at;
    at += SCOPE.length;
    skipValue();
    output += text.slice(scope, at);
  }
  return output + readAttributes();
}

/** The beginning of an attribute: in the text up to its value, and in the output. */
interface Beginning {
  readonly iri: string;
  readonly before: string;
  readonly after: string;
  readonly kind: Kind;
}

/** Reads the attributes of an entity, with the closing brace. */
function readAttributes(): string {
  let output = '';
  for (let place = 0; text.charCodeAt(at) === COMMA; place++) {
    const beginning = readBeginning(place);
    const shown = beginning === undefined ? readInstances() : readFirstOf(beginning);
    if (isShown?.(name) !== false) output += shown;
  }
  at++;
  return `${output}}`;
}

// The attribute read last.
let name = '';

/**
 * Reads the name and type of an attribute with one instance. Entities of one type mostly have the same attributes, so
 * the beginning seen at this place in the previous entity is tried first: one comparison instead of three strings.
 */
function readBeginning(place: number): Beginning | undefined {
  const expected = beginnings[place];
  if (expected !== undefined && text.startsWith(expected.before, at)) {
    at += expected.before.length;
    name = expected.iri;
    return expected;
  }
  const start = at++;
  const quoted = readString();
  name = iriOfQuoted(quoted);
  if (text.charCodeAt(++at) === OPENING_BRACKET) {
    at = start;
    return undefined;
  }
  const kind = readKind();
  const shown = `,${names(quoted)}:`;
  const after = isSimplified ? shown + kind.before : shown + kind.text;
  const beginning = { iri: name, before: ownCopy(text.slice(start, at)), after, kind };
  if (place < MAX_BEGINNINGS) {
    if (beginnings[place] === undefined) remember(beginning.before.length + after.length);
    beginnings[place] = beginning;
  }
  return beginning;
}

function readFirstOf({ after, kind }: Beginning): string {
  if (!isSimplified) return after + readInstance(kind);
  const value = readSimplified(kind);
  skipMembers();
  return after + value + kind.after;
}

/** Reads the name and the instances of an attribute that may have several: `,"name":[…`. */
function readInstances(): string {
  at++;
  const shown = names(readString());
  at++;
  if (text.charCodeAt(at) !== OPENING_BRACKET) return `,${shown}:${readObject()}`;
  let output = `,${shown}:`;
  let opening = isSimplified ? '{"dataset":{' : '[';
  do {
    at++; // the bracket or comma
    output += opening + (isSimplified ? readOfDataset() : readObject());
    opening = ',';
  } while (text.charCodeAt(at) === COMMA);
  at++;
  return output + (isSimplified ? '}}' : ']');
}

function readObject(): string {
  const kind = readKind();
  return kind.text + readInstance(kind);
}

/** Reads an instance of several in simplified form: `"<its datasetId>":<its value>`. */
function readOfDataset(): string {
  const kind = readKind();
  const value = kind.before + readSimplified(kind) + kind.after;
  let datasetId = '"@none"';
  if (text.startsWith(DATASET_ID, at)) {
    at += DATASET_ID.length;
    datasetId = readString();
  }
  skipMembers();
  return `${datasetId}:${value}`;
}

const DATASET_ID = ',"datasetId":';

interface Kind {
  /** The beginning of an instance. */
  readonly text: string;
  readonly isOfNames: boolean;
  readonly isOfObjects: boolean;
  /** The text around the value in simplified form. */
  readonly before: string;
  readonly after: string;
}

const KINDS = ATTRIBUTE_KINDS.map((type): Kind => {
  const member = PRIMARY_MEMBER[type];
  const isWrapped = type === 'LanguageProperty' || type === 'JsonProperty' || type === 'VocabProperty';
  return {
    text: `{"type":"${type}","${member}":`,
    isOfNames: type === 'VocabProperty',
    isOfObjects: type === 'ListRelationship',
    before: isWrapped ? `{"${member}":` : '',
    after: isWrapped ? '}' : '',
  };
});

function readKind(): Kind {
  const kind = KINDS.find((each) => text.startsWith(each.text, at)) as Kind;
  at += kind.text.length;
  return kind;
}

/** Reads from the value to the closing brace of the instance, for formats that include all of it. */
function readInstance(kind: Kind): string {
  let start = at;
  let output = '';
  if (kind.isOfNames) {
    output = readNames();
    start = at;
  } else skipValue();
  while (text.charCodeAt(at) === COMMA) {
    const comma = at++;
    const quoted = readString();
    at++;
    switch (quoted) {
      case '"observedAt"':
      case '"unitCode"':
      case '"datasetId"':
      case '"entityIdSealed"':
        skipString();
        break;
      case '"valueType"':
      case '"objectType"':
      case '"entityTypeSealed"':
        output += text.slice(start, at) + readNames();
        start = at;
        break;
      default:
        output += text.slice(start, comma);
        at = comma;
        output += readInstances();
        start = at;
    }
  }
  at++; // the brace
  return output + text.slice(start, at);
}

function readSimplified({ isOfNames, isOfObjects }: Kind): string {
  if (isOfNames) return readNames();
  const value = readValue();
  if (!isOfObjects) return value;
  return JSON.stringify((JSON.parse(value) as { object: string }[]).map(({ object }) => object));
}

/** Skips to the end of an instance, including its closing brace. */
function skipMembers(): void {
  while (text.charCodeAt(at) === COMMA) {
    at++;
    skipString();
    at++;
    skipValue();
  }
  at++;
}

const QUOTE = 34;
const COMMA = 44;
const BACKSLASH = 92;
const OPENING_BRACKET = 91;
const CLOSING_BRACKET = 93;
const OPENING_BRACE = 123;
const CLOSING_BRACE = 125;

function skipString(): void {
  let end = text.indexOf('"', at + 1);
  while (text.charCodeAt(end - 1) === BACKSLASH && isEscaped(end)) end = text.indexOf('"', end + 1);
  at = end + 1;
}

function isEscaped(place: number): boolean {
  let start = place;
  while (text.charCodeAt(start - 1) === BACKSLASH) start--;
  return (place - start) % 2 === 1;
}

/** Including its quotes. */
function readString(): string {
  const start = at;
  skipString();
  return text.slice(start, at);
}

/** One string, or an array of strings. */
function eachString(take: (quoted: string) => void): void {
  if (text.charCodeAt(at) === QUOTE) {
    take(readString());
    return;
  }
  do {
    at++;
    if (text.charCodeAt(at) === QUOTE) take(readString());
  } while (text.charCodeAt(at) === COMMA);
  at++;
}

/** One name, or an array of names. */
function readNames(): string {
  if (text.charCodeAt(at) === QUOTE) return names(readString());
  let output = '';
  eachString((quoted) => {
    output += output === '' ? names(quoted) : `,${names(quoted)}`;
  });
  return `[${output}]`;
}

function readValue(): string {
  const start = at;
  skipValue();
  return text.slice(start, at);
}

function skipValue(): void {
  const first = text.charCodeAt(at);
  if (first === QUOTE) skipString();
  else if (first === OPENING_BRACE || first === OPENING_BRACKET) skipNested();
  else skipScalar();
}

function skipScalar(): void {
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === COMMA || code === CLOSING_BRACE || code === CLOSING_BRACKET) return;
    at++;
  }
}

function skipNested(): void {
  let depth = 0;
  do {
    const code = text.charCodeAt(at);
    if (code === QUOTE) skipString();
    else {
      if (code === OPENING_BRACE || code === OPENING_BRACKET) depth++;
      else if (code === CLOSING_BRACE || code === CLOSING_BRACKET) depth--;
      at++;
    }
  } while (depth > 0);
}

/** Maps a quoted name of the text to the one in the output. */
type QuotedNames = (quoted: string) => string;

/** Cached data for a @context. */
interface Known {
  readonly names: QuotedNames;
  /** Separate for each format, because they differ. */
  readonly normalized: Beginning[];
  readonly simplified: Beginning[];
}

const MAX_BEGINNINGS = 100;
/** The limit for all contexts together. A full cache is emptied, because clients can invent any number of names and contexts. */
const KNOWN_BYTES = 32 * 1024 * 1024;
/** The overhead of an entry in addition to its texts. */
const ENTRY_BYTES = 200;
let known = new WeakMap<NameCompactor, Known>();
const filling = {
  entries: 0,
  bytes: 0,
  get use(): CacheUse {
    return { entries: this.entries, bytes: this.bytes, mostBytes: KNOWN_BYTES };
  },
};
showCache('shown_names', filling, 'broker');

function remember(characters: number): void {
  if (filling.bytes > KNOWN_BYTES) {
    known = new WeakMap();
    filling.entries = 0;
    filling.bytes = 0;
  }
  filling.entries++;
  filling.bytes += ENTRY_BYTES + 2 * characters;
}

function knownNames(compactor: NameCompactor): { names: QuotedNames; beginnings: Beginning[] } {
  let found = known.get(compactor);
  if (found === undefined) {
    found = { names: namesOf(compactor), normalized: [], simplified: [] };
    known.set(compactor, found);
  }
  return { names: found.names, beginnings: isSimplified ? found.simplified : found.normalized };
}

function namesOf(compactor: NameCompactor): QuotedNames {
  const terms = new Map<string, string>();
  return (quoted) => {
    let term = terms.get(quoted);
    if (term === undefined) {
      term = JSON.stringify(compactor.compact(iriOfQuoted(quoted)));
      remember(quoted.length + term.length);
      terms.set(ownCopy(quoted), term);
    }
    return term;
  };
}
