import { PRIMARY_MEMBER } from './attribute-kinds.ts';
import type { AttributeKind } from './entity.ts';
import type { NameCompactor } from './names.ts';

/*
 * What `representEntity` makes of most entities, straight from the text of their `document` as PostgreSQL writes jsonb: the
 * members in the order of their lengths, ": " and ", " between them. Pages and single entities are nearly all of this kind,
 * and this takes a third of the time of JSON.parse, representEntity and JSON.stringify (3.5 instead of 11.6 µs for an
 * entity of eleven attributes).
 */

/** Formats that need no more than the text. */
export type TextFormat = 'normalized' | 'simplified';

// Where the text is read: kept here and not in an object, as all of this runs without a pause.
let text = '';
let at = 0;
let names: QuotedNames;
let beginnings: Beginning[];
let isSimplified = false;
let isShown: ((attribute: string) => boolean) | undefined;

/**
 * An entity as it goes out, as JSON, without the times of its creation and changes. Undefined where that takes more than
 * its text: it or a part of it may expire, or it has what is seldom seen; then `representEntity` tells.
 *
 * @param shows which attributes, by their IRIs; absent: all
 */
export function representText(
  document: string,
  compactor: NameCompactor,
  format: TextFormat,
  shows?: (attribute: string) => boolean,
): string | undefined {
  text = document;
  isShown = shows;
  at = 0;
  ({ names, beginnings } = quotedNames(compactor));
  isSimplified = format === 'simplified';
  return readEntity();
}

function readEntity(): string | undefined {
  if (!eat('{"id": ')) return undefined;
  const id = readString();
  if (!eat(', "types": [')) return undefined;
  const types = readNames();
  if (types === undefined) return undefined;
  let output = `{"id":${id},"type":${types}`;
  if (eat(', "scopes": ')) {
    const scopes = readValue();
    if (scopes === undefined) return undefined;
    output += `,"scope":${scopes.includes('", "') ? scopes : scopes.slice(1, -1)}`;
  }
  if (!eat(', "createdAt": ')) return undefined;
  skipString();
  if (!eat(', "attributes": {')) return undefined;
  const attributes = readAttributes(true);
  return attributes === undefined ? undefined : `${output + attributes}}`;
}

/** How an attribute begins: stored up to its value, and shown. */
interface Beginning {
  readonly iri: string;
  readonly stored: string;
  readonly shown: string;
  readonly kind: Kind;
}

/** After the brace that opens them: each with a comma before it. */
function readAttributes(isTop: boolean): string | undefined {
  let output = '';
  if (text.charCodeAt(at) === CLOSING_BRACE) {
    at++;
    return output;
  }
  for (let place = 0; ; place++) {
    const beginning = readBeginning(isTop ? place : -1);
    if (beginning === undefined) return undefined;
    const first = readInstance(beginning.kind);
    if (first === undefined) return undefined;
    const isHidden = isTop && isShown?.(beginning.iri) === false;
    if (text.charCodeAt(at) === COMMA) {
      const others = readOthers();
      if (others === undefined) return undefined;
      if (!isHidden) output += `,${beginning.shown}[${beginning.kind.shown}${first}${others}]`;
    } else if (!isHidden)
      output += isSimplified ? `,${beginning.shown}${first}` : `,${beginning.shown}${beginning.kind.shown}${first}`;
    const after = text.charCodeAt(at + 1); // behind the bracket
    at += 2;
    if (after === CLOSING_BRACE) return output;
    at++; // the space
  }
}

/**
 * The name of an attribute and the kind of its first instance. Entities of a type mostly have the same attributes, so what
 * stood in this place of the entity before is tried first: one comparison instead of three strings.
 */
function readBeginning(place: number): Beginning | undefined {
  const expected = beginnings[place];
  if (expected !== undefined && text.startsWith(expected.stored, at)) {
    at += expected.stored.length;
    return expected;
  }
  const start = at;
  const name = readName();
  const iri = text.slice(start + 1, at - 1);
  if (name === undefined || !eat(': [')) return undefined;
  const kind = readKind();
  if (kind === undefined) return undefined;
  const beginning = { iri, stored: text.slice(start, at), shown: `${name}:`, kind };
  if (place >= 0 && place < MAX_BEGINNINGS) beginnings[place] = beginning;
  return beginning;
}

/** The instances behind the first one; none where they are simplified. */
function readOthers(): string | undefined {
  if (isSimplified) return undefined;
  let output = '';
  while (text.charCodeAt(at) === COMMA) {
    at += 2;
    const kind = readKind();
    const shown = kind && readInstance(kind);
    if (shown === undefined) return undefined;
    output += `,${(kind as Kind).shown}${shown}`;
  }
  return output;
}

interface Kind {
  readonly name: AttributeKind;
  /** What an instance of it begins with, and what it is shown with. */
  readonly stored: string;
  readonly shown: string;
  /** Around the value where it is simplified. */
  readonly before: string;
  readonly after: string;
}

// A ListRelationship is shown in another way than it is stored.
const KINDS = (
  [
    'Property',
    'Relationship',
    'GeoProperty',
    'LanguageProperty',
    'JsonProperty',
    'ListProperty',
    'VocabProperty',
  ] as const
).map((name): Kind => {
  const member = PRIMARY_MEMBER[name];
  const isWrapped = name === 'LanguageProperty' || name === 'JsonProperty' || name === 'VocabProperty';
  return {
    name,
    stored: `{"type": "${name}", "value": `,
    shown: `{"type":"${name}","${member}":`,
    before: isWrapped ? `{"${member}":` : '',
    after: isWrapped ? '}' : '',
  };
});

function readKind(): Kind | undefined {
  return KINDS.find(({ stored }) => eat(stored));
}

/** From the value to the brace that closes it. */
function readInstance(kind: Kind): string | undefined {
  // Names of a vocabulary are compacted as others are.
  const value = kind.name === 'VocabProperty' ? (text.charCodeAt(at) === QUOTE ? readName() : undefined) : readValue();
  if (value === undefined) return undefined;
  let datasetId = '';
  let observedAt = '';
  let unitCode = '';
  let valueType = '';
  let attributes = '';
  while (text.charCodeAt(at) === COMMA) {
    // `, "` and the first letters tell which member it is, of those there are.
    switch (text.charCodeAt(at + 3)) {
      case LETTER.c: // createdAt
        at += 15;
        skipTime();
        break;
      case LETTER.m: // modifiedAt
        at += 16;
        skipTime();
        break;
      case LETTER.u: // unitCode
        at += 14;
        unitCode = readString();
        break;
      case LETTER.d: // datasetId
        at += 15;
        datasetId = readString();
        break;
      case LETTER.o: {
        if (text.charCodeAt(at + 5) !== LETTER.s) return undefined; // objectType
        at += 16; // observedAt
        const start = at;
        skipTime();
        observedAt = text.slice(start, at);
        break;
      }
      case LETTER.v: {
        at += 15; // valueType
        const name = readName();
        if (name === undefined) return undefined;
        valueType = name;
        break;
      }
      case LETTER.a: {
        at += 17; // attributes
        const below = isSimplified ? undefined : readAttributes(false);
        if (below === undefined) return undefined;
        attributes = below;
        break;
      }
      default: // expiresAt, sealed
        return undefined;
    }
  }
  at++; // the brace
  if (isSimplified) return kind.before === '' ? value : kind.before + value + kind.after;
  let output = value;
  if (datasetId !== '') output += `,"datasetId":${datasetId}`;
  if (observedAt !== '') output += `,"observedAt":${observedAt}`;
  if (unitCode !== '') output += `,"unitCode":${unitCode}`;
  if (valueType !== '') output += `,"valueType":${valueType}`;
  return `${output + attributes}}`;
}

const LETTER = { a: 97, c: 99, d: 100, m: 109, o: 111, s: 115, u: 117, v: 118 } as const;
const QUOTE = 34;
const COMMA = 44;
const LETTER_Z = 90;
const BACKSLASH = 92;
const OPENING_BRACKET = 91;
const CLOSING_BRACKET = 93;
const OPENING_BRACE = 123;
const CLOSING_BRACE = 125;

function eat(expected: string): boolean {
  if (!text.startsWith(expected, at)) return false;
  at += expected.length;
  return true;
}

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

/** Most have 24 characters. */
function skipTime(): void {
  if (text.charCodeAt(at + 25) === QUOTE && text.charCodeAt(at + 24) === LETTER_Z) at += 26;
  else skipString();
}

/** With its quotes. */
function readString(): string {
  const start = at;
  skipString();
  return text.slice(start, at);
}

/** A name in quotes, compacted; undefined: it has escapes. */
function readName(): string | undefined {
  const name = readString();
  return name.includes('\\') ? undefined : names(name);
}

/** Names in brackets, the first of which is open: one, or a list. */
function readNames(): string | undefined {
  let shown = readName();
  if (shown === undefined) return undefined;
  const isOne = text.charCodeAt(at) === CLOSING_BRACKET;
  while (text.charCodeAt(at) === COMMA) {
    at += 2;
    const next = readName();
    if (next === undefined) return undefined;
    shown += `,${next}`;
  }
  at++;
  return isOne ? shown : `[${shown}]`;
}

/** PostgreSQL writes out all digits of a number: one this long, JavaScript writes with an exponent. */
const LONGEST_NUMBER = 20;

/** Any value, as it stands; undefined: a number that would be written in another way. */
function readValue(): string | undefined {
  const start = at;
  const first = text.charCodeAt(at);
  if (first === QUOTE) skipString();
  else if (first === OPENING_BRACE || first === OPENING_BRACKET) skipNested();
  else {
    skipScalar();
    if (at - start > LONGEST_NUMBER) return undefined;
  }
  return text.slice(start, at);
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

/** From an IRI in quotes to its term in quotes. */
type QuotedNames = (iri: string) => string;

/** What is kept for a @context. */
interface Known {
  readonly names: QuotedNames;
  readonly beginnings: Beginning[];
}

const MAX_NAMES = 4_000;
const MAX_BEGINNINGS = 100;
const known = new WeakMap<NameCompactor, Known>();

function quotedNames(compactor: NameCompactor): Known {
  const found = known.get(compactor);
  if (found !== undefined) return found;
  const terms = new Map<string, string>();
  const made: Known = {
    beginnings: [],
    names(iri) {
      let term = terms.get(iri);
      if (term === undefined) {
        term = JSON.stringify(compactor.compact(iri.slice(1, -1)));
        if (terms.size >= MAX_NAMES) terms.clear();
        terms.set(iri, term);
      }
      return term;
    },
  };
  known.set(compactor, made);
  return made;
}
