import type { NameCompactor, NameExpander } from '../../model/names.ts';
import { isJsonObject } from '../../model/values.ts';

/** Members of an attribute that contain data, not names. */
const DATA: ReadonlySet<string> = new Set([
  'value',
  'object',
  'languageMap',
  'json',
  'valueList',
  'objectList',
  'coordinates',
  'type',
  'datasetId',
  'observedAt',
  'unitCode',
  'createdAt',
  'modifiedAt',
  'expiresAt',
  'lang',
]);
/** Members of an attribute that contain one or more names. */
const NAMES: ReadonlySet<string> = new Set(['vocab', 'valueType', 'objectType']);
/** Members of an entity that are not attributes. */
const ENTITY: ReadonlySet<string> = new Set(['id', '@id', 'scope', 'createdAt', 'modifiedAt', 'expiresAt', '@context']);

/** Converts the names in a document of an entity, or of a part of one, to another @context (4.3.6.6). */
export function recompactEntity(document: unknown, from: NameExpander, to: NameCompactor): unknown {
  if (!isJsonObject(document)) return document;
  const output: Record<string, unknown> = {};
  for (const member in document) {
    const content = document[member];
    if (member === 'type' || member === '@type')
      output[member] = renamed(content, (term) => to.compact(from.type(term)));
    else if (ENTITY.has(member)) output[member] = content;
    else output[to.compact(from.attribute(member))] = recompactAttribute(content, from, to);
  }
  return output;
}

/** Converts the names in an attribute, or in an array of its instances, to another @context. */
export function recompactAttribute(content: unknown, from: NameExpander, to: NameCompactor): unknown {
  if (Array.isArray(content)) return content.map((item) => recompactAttribute(item, from, to));
  if (!isJsonObject(content)) return content;
  const output: Record<string, unknown> = {};
  for (const member in content) {
    const inner = content[member];
    if (DATA.has(member) || member.startsWith('@')) output[member] = inner;
    else if (NAMES.has(member)) output[member] = renamed(inner, (term) => to.compact(from.vocab(term)));
    else output[to.compact(from.attribute(member))] = recompactAttribute(inner, from, to);
  }
  return output;
}

function renamed(content: unknown, rename: (term: string) => string): unknown {
  if (Array.isArray(content)) return content.map((item) => renamed(item, rename));
  return typeof content === 'string' ? rename(content) : content;
}
