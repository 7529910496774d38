import { NgsiLdError } from '../model/errors.ts';
import { tolerates } from '../model/leniency.ts';

const CONTEXT_RELATION = 'http://www.w3.org/ns/json-ld#context';
const NO_RELATION = 'Link: a target without rel is read as the @context';

/** Scans one link `<url>; rel=…; type="…"` of a Link header (RFC 8288) from position `at` on. */
interface Scanner {
  readonly text: string;
  at: number;
}

/**
 * The URL of the JSON-LD context in a request's Link header, if any (6.3.5). Other relations are ignored.
 *
 * @throws NgsiLdError BadRequestData: the header is malformed, or contains two contexts
 */
export function parseContextLink(header: string | readonly string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  const scanner = { text: typeof header === 'string' ? header : header.join(','), at: 0 };
  let context: string | undefined;
  while (skip(scanner, ' \t,')) {
    const target = readTarget(scanner);
    const relations = readRelations(scanner);
    if (!relations.includes(CONTEXT_RELATION) && (relations.length > 0 || !tolerates('contextLink', NO_RELATION)))
      continue;
    if (context !== undefined) {
      throw new NgsiLdError('BadRequestData', `Link: got two @contexts, <${context}> and <${target}>, expected one`);
    }
    context = target;
  }
  return context;
}

/** The Link header of an answer in `application/json` (6.3.6). */
export function formatContextLink(url: string): string {
  return `<${url}>; rel="${CONTEXT_RELATION}"; type="application/ld+json"`;
}

function readTarget(scanner: Scanner): string {
  const end = scanner.text.indexOf('>', scanner.at);
  if (scanner.text[scanner.at] !== '<' || end === -1) throw unreadable(scanner, 'a target between < and >');
  const target = scanner.text.slice(scanner.at + 1, end).trim();
  scanner.at = end + 1;
  return target;
}

/** Reads the parameters up to the next link. Of several `rel` parameters the first one counts. */
function readRelations(scanner: Scanner): readonly string[] {
  let relations: readonly string[] | undefined;
  while (skip(scanner, ' \t') && scanner.text[scanner.at] !== ',') {
    if (scanner.text[scanner.at] !== ';') throw unreadable(scanner, 'a semicolon or a comma');
    scanner.at += 1;
    skip(scanner, ' \t');
    const name = readUntil(scanner, ' \t=;,').toLowerCase();
    const value = readValue(scanner);
    if (name === 'rel') relations ??= value.split(' ');
  }
  return relations ?? [];
}

function readValue(scanner: Scanner): string {
  skip(scanner, ' \t');
  if (scanner.text[scanner.at] !== '=') return '';
  scanner.at += 1;
  skip(scanner, ' \t');
  return scanner.text[scanner.at] === '"' ? readQuoted(scanner) : readUntil(scanner, ' \t;,');
}

function readQuoted(scanner: Scanner): string {
  let value = '';
  for (scanner.at += 1; scanner.at < scanner.text.length; scanner.at += 1) {
    const character = scanner.text[scanner.at];
    if (character === '"') {
      scanner.at += 1;
      return value;
    }
    if (character === '\\') scanner.at += 1;
    value += scanner.text[scanner.at] ?? '';
  }
  if (tolerates('contextLink', 'Link: a quote that is not closed ends with the header')) return value;
  throw unreadable(scanner, 'a closing quote');
}

function readUntil(scanner: Scanner, ends: string): string {
  const start = scanner.at;
  while (scanner.at < scanner.text.length && !ends.includes(scanner.text.charAt(scanner.at))) scanner.at += 1;
  return scanner.text.slice(start, scanner.at);
}

/** False at the end of the header. */
function skip(scanner: Scanner, characters: string): boolean {
  while (scanner.at < scanner.text.length && characters.includes(scanner.text.charAt(scanner.at))) scanner.at += 1;
  return scanner.at < scanner.text.length;
}

function unreadable({ text, at }: Scanner, expected: string): NgsiLdError {
  const got = at < text.length ? `"${text.slice(at, at + 20)}"` : 'its end';
  return new NgsiLdError('BadRequestData', `Link: got ${got} at character ${at + 1}, expected ${expected}`);
}
