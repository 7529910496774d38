import type { AttributeKind } from '../entity.ts';
import { checkGeometry } from '../geometry.ts';
import type { NameExpander } from '../names.ts';
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
      return content;
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
      return content;
    case 'ListRelationship':
      return objectList(content, path);
  }
}

function uris(content: readonly unknown[], path: string): string[] {
  if (content.length === 0) throw badMember(path, content, 'at least one URI');
  return content.map((item, index) => checkUri(item, `${path}[${index}]`));
}

function checkLanguageMap(content: unknown, path: string, merge: boolean): unknown {
  if (!isJsonObject(content) || Object.keys(content).length === 0) {
    throw badMember(path, content, 'an object of language tags, e.g. {"fr": "Bonjour"}');
  }
  for (const tag in content) {
    const text = content[tag];
    if (tag.trim() === '') throw badMember(path, tag, 'a language tag or @none');
    const texts = Array.isArray(text) ? text : [text];
    if (texts.length === 0 || !texts.every((item) => typeof item === 'string')) {
      throw badMember(`${path}.${tag}`, text, 'a string or an array of strings');
    }
    if (!merge && texts.includes(NGSI_LD_NULL)) throw badMember(`${path}.${tag}`, text, 'no NGSI-LD Null here');
  }
  return content;
}

function vocab(content: unknown, path: string, names: NameExpander): string | string[] {
  const texts = Array.isArray(content) ? content : [content];
  if (texts.length === 0 || !texts.every((text) => typeof text === 'string' && text !== '' && text !== NGSI_LD_NULL)) {
    throw badMember(path, content, 'a term or an IRI, or an array of them');
  }
  return Array.isArray(content) ? content.map((text) => names.vocab(text)) : names.vocab(content as string);
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
