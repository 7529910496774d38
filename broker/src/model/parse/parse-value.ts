import type { AttributeKind } from '../entity.ts';
import { checkGeometry } from '../geometry.ts';
import { tolerates } from '../leniency.ts';
import type { NameExpander } from '../names.ts';
import { temporalKind } from '../time-kind.ts';
import { badMember, checkOpaque, checkUri, isJsonObject, isUri, NGSI_LD_NULL } from '../values.ts';

/** Whether a primary member contains the NGSI-LD Null of its attribute type (4.5.0). */
export function isNullValue(kind: AttributeKind, content: unknown): boolean {
  switch (kind) {
    case 'LanguageProperty':
      return isJsonObject(content) && content['@none'] === NGSI_LD_NULL && Object.keys(content).length === 1;
    case 'ListProperty':
    case 'ListRelationship':
      return Array.isArray(content) ? content.length === 1 && content[0] === NGSI_LD_NULL : content === NGSI_LD_NULL;
    default:
      return content === NGSI_LD_NULL;
  }
}

/**
 * Parses the primary member of an attribute into its stored form.
 *
 * @param merge NGSI-LD Nulls inside the value are instructions to a merge, not errors
 *
 * @throws NgsiLdError BadRequestData
 */
export function parseValue(
  kind: AttributeKind,
  content: unknown,
  path: string,
  names: NameExpander,
  merge: boolean,
): unknown {
  switch (kind) {
    case 'Property':
      if (content === null || content === undefined) throw badMember(path, content, 'a JSON value other than null');
      checkOpaque(content, path, merge);
      checkTyped(content, path, merge);
      return element(content, path);
    case 'GeoProperty':
      return checkGeometry(content, path);
    case 'Relationship':
      return Array.isArray(content) ? uris(content, path) : checkUri(content, path);
    case 'LanguageProperty':
      return checkLanguageMap(content, path, merge);
    case 'VocabProperty':
      return vocab(content, path, names);
    case 'JsonProperty':
      if (typeof content !== 'object' || content === null) throw badMember(path, content, 'a JSON object or array');
      checkOpaque(content, path, merge);
      return content;
    case 'ListProperty':
      if (!Array.isArray(content)) throw badMember(path, content, 'an array');
      checkOpaque(content, path, false);
      checkTyped(content, path, false);
      return content;
    case 'ListRelationship':
      return objectList(content, path);
  }
}

function uris(content: readonly unknown[], path: string): string[] {
  if (content.length === 0) throw badMember(path, content, 'at least one URI');
  return content.map((item, index) => checkUri(item, `${path}[${index}]`));
}

/** JSON-LD makes no difference between an array of one element and the element, and other brokers answer the latter. */
function element(content: unknown, path: string): unknown {
  if (!Array.isArray(content) || content.length !== 1) return content;
  return tolerates('oneElementArray', `${path}: an array of one element is read as the element`) ? content[0] : content;
}

const TEMPORAL_TYPE = /^(?:https:\/\/uri\.etsi\.org\/ngsi-ld\/)?(DateTime|Date|Time)$/;

const EXAMPLES = {
  DateTime: 'a DateTime, e.g. 2026-01-31T12:00:00Z',
  Date: 'a Date, e.g. 2026-01-31',
  Time: 'a UTC Time, e.g. 12:00:00Z',
} as const;

/** A value that says it is a DateTime, Date or Time must be one (4.6.3). */
function checkTyped(content: unknown, path: string, merge: boolean): void {
  if (Array.isArray(content)) {
    for (const [index, item] of content.entries()) if (isJsonObject(item)) checkTyped(item, `${path}[${index}]`, merge);
    return;
  }
  if (!isJsonObject(content)) return;
  const { '@type': named, '@value': value } = content;
  if (typeof named !== 'string' || value === undefined || (merge && value === NGSI_LD_NULL)) return;
  const type = TEMPORAL_TYPE.exec(named)?.[1] as keyof typeof EXAMPLES | undefined; // one of the three names
  if (type === undefined || (typeof value === 'string' && isOfType(value, type))) return;
  if (tolerates('typedValue', `${path}: kept, although its value is no ${type}`)) return;
  throw badMember(`${path}.@value`, value, EXAMPLES[type]);
}

const ZONE = /(?:Z|[+-]\d\d:?\d\dZ?)$/;

/** Published models also have times with an offset, which say as clearly when something was. */
function isOfType(value: string, type: keyof typeof EXAMPLES): boolean {
  if (type === 'DateTime') return temporalKind(value.replace(ZONE, 'Z')) === 'dateTime';
  return temporalKind(value) === (type === 'Date' ? 'date' : 'time');
}

/** A well-formed language tag of RFC 5646, without its rules about the meaning of the parts. */
const LANGUAGE_TAG = /^(?:@none|[A-Za-z]{1,8}(?:-[A-Za-z\d]{1,8})*)$/;

function checkLanguageTag(tag: string, path: string): void {
  if (LANGUAGE_TAG.test(tag)) return;
  if (tag.trim() !== '' && tolerates('languageTag', `${path}: ${tag} is kept, although it is no language tag`)) return;
  throw badMember(path, tag, 'a language tag (RFC 5646), e.g. fr or en-GB, or @none');
}

function checkLanguageMap(content: unknown, path: string, merge: boolean): unknown {
  if (!isJsonObject(content) || Object.keys(content).length === 0) {
    throw badMember(path, content, 'an object of language tags, e.g. {"fr": "Bonjour"}');
  }
  let isReduced = false;
  for (const tag in content) {
    const text = content[tag];
    checkLanguageTag(tag, path);
    const texts = Array.isArray(text) ? text : [text];
    if (texts.length === 0 || !texts.every((item) => typeof item === 'string')) {
      throw badMember(`${path}.${tag}`, text, 'a string or an array of strings');
    }
    if (!merge && texts.includes(NGSI_LD_NULL)) throw badMember(`${path}.${tag}`, text, 'no NGSI-LD Null here');
    isReduced ||= element(text, `${path}.${tag}`) !== text;
  }
  if (!isReduced) return content;
  return Object.fromEntries(Object.entries(content).map(([tag, text]) => [tag, element(text, `${path}.${tag}`)]));
}

function vocab(content: unknown, path: string, names: NameExpander): string | string[] {
  const texts = Array.isArray(content) ? content : [content];
  if (texts.length === 0 || !texts.every((text) => typeof text === 'string' && text !== '' && text !== NGSI_LD_NULL)) {
    throw badMember(path, content, 'a term or an IRI, or an array of them');
  }
  const whole = element(content, path);
  return Array.isArray(whole) ? whole.map((text) => names.vocab(text)) : names.vocab(whole as string);
}

/** Entries are `{"object": URI}`, or plain URIs in concise form (4.5.22). */
function objectList(content: unknown, path: string): string[] {
  if (!Array.isArray(content)) throw badMember(path, content, 'an array of {"object": URI}');
  return content.map((entry, index) => {
    const uri = isJsonObject(entry) ? entry.object : entry;
    if (!isUri(uri)) throw badMember(`${path}[${index}]`, entry, '{"object": URI}');
    return uri;
  });
}
