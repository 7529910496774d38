import { NgsiLdError } from './errors.ts';
import { tolerates } from './leniency.ts';

/** The string that stands for JSON null, which JSON-LD can't express (4.5.0). */
export const NGSI_LD_NULL = 'urn:ngsi-ld:null';

// In addition to RFC 3987 this excludes controls, bidi and zero-width characters, fillers, variation selectors and
// non-characters, so that ids that look the same are the same (4.6.3).
const URI = /^[A-Za-z][A-Za-z0-9+.-]*:[^\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800<>"{}|\\^`]+$/u;
const HYPHENED = /^\p{L}[\p{L}\p{N}_-]*(?::\p{L}[\p{L}\p{N}_-]*)?$/u;
const NAME = /^\p{L}[\p{L}\p{N}_]*(?::\p{L}[\p{L}\p{N}_]*)?$/u;
const SCOPE = /^\/?\p{L}[\p{L}\p{N}_]*(?:\/\p{L}[\p{L}\p{N}_]*)*$/u;
const DATE_TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,]\d{1,6})?Z$/;
const MONTH_DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** In bytes of UTF-8: an id and an IRI must fit together into one index entry. */
const MAX_NAME_BYTES = 1000;

/** Whether an id, a name, or an expanded IRI is short enough to be stored. */
export function isShort(text: string): boolean {
  // A UTF-16 code unit takes at most three bytes.
  if (text.length * 3 <= MAX_NAME_BYTES) return true;
  return text.length <= MAX_NAME_BYTES && Buffer.byteLength(text) <= MAX_NAME_BYTES;
}

/** Whether the text is an absolute URI or IRI (4.6.3). */
export function isUri(text: unknown): text is string {
  return typeof text === 'string' && isShort(text) && URI.test(text);
}

/** Whether the text is a valid name of a type or attribute: a term, `prefix:term`, or a complete IRI (4.6.2). */
export function isName(text: unknown): text is string {
  return typeof text === 'string' && isShort(text) && (NAME.test(text) || URI.test(text) || isToleratedName(text));
}

/** Older stacks use hyphens in names, which FIWARE's field syntax allows. */
function isToleratedName(text: string): boolean {
  return (
    HYPHENED.test(text) &&
    tolerates(
      'hyphenInName',
      `${text}: hyphens in a name are accepted, although the standard does not allow them (4.6.2)`,
    )
  );
}

/** Whether the text is a DateTime of 4.6.3: UTC, seconds, up to six fractional digits. */
export function isDateTime(text: unknown): text is string {
  if (text === lastDateTime) return true;
  if (typeof text !== 'string' || !isInCalendar(text)) return false;
  lastDateTime = text;
  return true;
}

/** Cached, because all measurements of a device's message have the same time. */
let lastDateTime = '1970-01-01T00:00:00Z';

function isInCalendar(text: string): boolean {
  const parts = DATE_TIME.exec(text);
  if (!parts) return false;
  const [, year, month, day, hour, minute, second] = parts.map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const days = month === 2 && !isLeap(year) ? 28 : (MONTH_DAYS[month - 1] ?? 0);
  // ISO 8601 has a year 0000, but PostgreSQL's calendar goes from 1 BC to 1 AD.
  if (year === 0) return false;
  return day >= 1 && day <= days && hour <= 23 && minute <= 59 && second <= 59;
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

const SHOWN_LENGTH = 80;

/** A member may have any name, at any depth. */
const MEMBER_LENGTH = 200;

/** A JSON value for error messages: short and on one line. */
export function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : beginningOf(value, SHOWN_LENGTH);
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH - 3)}...` : text;
}

/**
 * JSON of which only the first `room` characters are exact, because the whole may be too large or too deep to
 * serialise.
 */
function beginningOf(value: unknown, room: number): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, room));
  if (typeof value !== 'object' || value === null) return String(value);
  if (room <= 0) return '';
  const isArray = Array.isArray(value);
  let text = isArray ? '[' : '{';
  for (const member in value) {
    if (text.length > room) return text;
    if (text.length > 1) text += ',';
    if (!isArray) text += `${beginningOf(member, room)}:`;
    text += beginningOf((value as Record<string, unknown>)[member], room - text.length);
  }
  return text + (isArray ? ']' : '}');
}

/** A BadRequestData error that names the member, what was received and what was expected. */
export function badMember(member: string, got: unknown, expected: string): NgsiLdError {
  const name = member.length > MEMBER_LENGTH ? `${member.slice(0, MEMBER_LENGTH - 3)}...` : member;
  return new NgsiLdError('BadRequestData', `${name}: got ${shown(got)}, expected ${expected}`);
}

/** @throws NgsiLdError BadRequestData */
export function checkUri(value: unknown, member: string): string {
  if (!isUri(value)) throw badMember(member, value, expectedOf(value, 'an absolute URI, e.g. urn:ngsi-ld:Building:1'));
  return value;
}

/**
 * A DateTime in its stored form: as sent, with `.` before the fraction.
 *
 * @throws NgsiLdError BadRequestData
 */
export function checkDateTime(value: unknown, member: string): string {
  if (!isDateTime(value)) throw badMember(member, value, 'a UTC DateTime, e.g. 2026-01-31T12:00:00Z');
  return value.includes(',') ? value.replace(',', '.') : value;
}

const WITHOUT_ZONE = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(:\d\d(?:[.,]\d{1,6})?)?Z?)?$/;

/**
 * The same for a time of a client's data: in a lenient tenant, without a zone it is UTC, and a missing time of day is its
 * beginning.
 *
 * @throws NgsiLdError BadRequestData
 */
export function readDateTime(value: unknown, member: string): string {
  if (typeof value !== 'string' || isDateTime(value)) return checkDateTime(value, member);
  const [, date, minutes = '00:00', seconds = ':00'] = WITHOUT_ZONE.exec(value) ?? [];
  const whole = `${date}T${minutes}${seconds}Z`;
  if (
    date === undefined ||
    !isDateTime(whole) ||
    !tolerates('timeWithoutZone', `${member}: ${value} is read as ${whole}`)
  ) {
    return checkDateTime(value, member);
  }
  return checkDateTime(whole, member);
}

/** @throws NgsiLdError BadRequestData */
export function checkName(value: unknown, member: string): string {
  if (!isName(value)) {
    throw badMember(member, value, expectedOf(value, 'a name: a letter, then letters, digits and _; or an IRI'));
  }
  return value;
}

function expectedOf(value: unknown, form: string): string {
  return typeof value === 'string' && !isShort(value) ? `at most ${MAX_NAME_BYTES} bytes of UTF-8` : form;
}

/**
 * Checks the IRI to which a valid name was expanded, because a prefix may be long.
 *
 * @throws NgsiLdError BadRequestData
 */
export function checkExpanded(iri: string, member: string): string {
  if (!isShort(iri) || iri.includes('\0') || !iri.isWellFormed()) {
    throw badMember(member, iri, `a name whose IRI is Unicode text of at most ${MAX_NAME_BYTES} bytes`);
  }
  return iri;
}

/**
 * `scope` as a set (4.18): the text or texts as sent, without duplicates.
 *
 * @throws NgsiLdError BadRequestData
 */
export function checkScopes(value: unknown): string[] {
  const scopes = Array.isArray(value) ? value : [value];
  if (scopes.length === 0) throw badMember('scope', value, 'at least one scope');
  for (const scope of scopes) {
    if (typeof scope !== 'string' || !isShort(scope) || !SCOPE.test(scope)) {
      throw badMember(
        'scope',
        scope,
        expectedOf(scope, 'levels of letters, digits and _ separated by /, e.g. /France/Villerupt'),
      );
    }
  }
  return [...new Set<string>(scopes)];
}

/** Deeper JSON is refused, because it could not be serialised again. */
const MAX_DEPTH = 64;

/**
 * Checks a JSON value that is stored verbatim: numbers fit a double, nesting is limited, and unless `nullsAllowed` it
 * contains no NGSI-LD Null (4.5.0).
 *
 * @throws NgsiLdError BadRequestData
 */
export function checkOpaque(value: unknown, member: string, nullsAllowed: boolean, depth = 0): void {
  if (typeof value === 'string') {
    if (!nullsAllowed && value === NGSI_LD_NULL) throw badMember(member, value, 'no NGSI-LD Null in this operation');
  } else if (typeof value === 'number') {
    if (!Number.isFinite(value))
      throw new NgsiLdError('BadRequestData', `${member}: a number is too large for a double`);
  } else if (typeof value === 'object' && value !== null) {
    if (depth >= MAX_DEPTH) {
      throw new NgsiLdError('BadRequestData', `${member}: nested deeper than ${MAX_DEPTH} levels`);
    }
    if (Array.isArray(value)) for (const item of value) checkOpaque(item, member, nullsAllowed, depth + 1);
    else {
      for (const key in value) checkOpaque((value as Record<string, unknown>)[key], member, nullsAllowed, depth + 1);
    }
  }
}

export { isJsonObject, type JsonObject } from '@alzette/ngsi-ld-schemas/json';
