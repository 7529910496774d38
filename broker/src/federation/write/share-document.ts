import type { Context } from '../../context/contexts.ts';
import type { NameExpander } from '../../model/names.ts';
import { isJsonObject, type JsonObject } from '../../model/values.ts';
import { earlierDocument, earlierInstance, minorOf } from '../calls/earlier-document.ts';
import { recompactAttribute, recompactEntity } from '../calls/recompact.ts';
import type { Registration } from '../registrations/registration.ts';
import type { WriteShare } from './split-write.ts';

/** Members of an entity that are not attributes. They are sent only to sources of complete entities. */
const MEMBERS: ReadonlySet<string> = new Set(['scope', 'expiresAt', 'createdAt', 'modifiedAt', 'deletedAt']);

/** The attributes (IRIs) in a document of an entity. */
export function namesIn(document: JsonObject, names: NameExpander): Set<string> {
  const found = new Set<string>();
  for (const member in document) if (isAttribute(member)) found.add(names.attribute(member));
  return found;
}

/** Those of them that get a value: an empty text is none. */
export function namesGiven(document: JsonObject, names: NameExpander): Set<string> {
  const found = new Set<string>();
  for (const member in document) {
    if (isAttribute(member) && givesValue(document[member])) found.add(names.attribute(member));
  }
  return found;
}

/** Whether an attribute, in whatever representation, is more than an empty text. */
export function givesValue(content: unknown): boolean {
  if (Array.isArray(content) && content.length > 0) return content.some(givesValue);
  return content !== '' && !(isJsonObject(content) && content.value === '');
}

function isAttribute(member: string): boolean {
  return !(MEMBERS.has(member) || member === 'id' || member === 'type' || member.startsWith('@'));
}

/** The share of a document for one source, in its names and API version (4.3.6.1, 4.3.6.6). */
export function shareDocument(document: JsonObject, share: WriteShare, from: Context, to: Context): JsonObject {
  const minor = minorOf(share.registration);
  const whole = documentOf(document, share, from);
  const part = minor === undefined ? whole : earlierDocument(whole, minor);
  return to === from ? part : (recompactEntity(part, from, to) as JsonObject); // an object stays an object
}

/** The body of a write on one attribute, in the names and API version of a source. */
export function shareAttribute(body: JsonObject, registration: Registration, from: Context, to: Context): unknown {
  const minor = minorOf(registration);
  const known = minor === undefined ? body : earlierInstance(body, minor);
  return to === from ? known : recompactAttribute(known, from, to);
}

function documentOf(document: JsonObject, share: WriteShare, names: NameExpander): JsonObject {
  const part: Record<string, unknown> = {};
  for (const member in document) {
    const content = document[member];
    if (member === 'type' || member === '@type') {
      const types = registeredTypes(content, share, names);
      if (types !== undefined) part[member] = types;
    } else if (member === 'id' || member === '@id') part[member] = content;
    else if (MEMBERS.has(member)) {
      if (share.isWhole) part[member] = content;
    } else if (!member.startsWith('@') && (share.names?.has(names.attribute(member)) ?? true)) part[member] = content;
  }
  return part;
}

/** Only the types that the source is registered for; undefined: none. */
function registeredTypes(content: unknown, { registration }: WriteShare, names: NameExpander): unknown {
  const registered = new Set<string>();
  for (const { entities } of registration.information) {
    if (entities === undefined) return content;
    for (const { types } of entities) {
      if (types === undefined) return content;
      for (const type of types) registered.add(type);
    }
  }
  if (!Array.isArray(content))
    return typeof content === 'string' && registered.has(names.type(content)) ? content : undefined;
  const kept = content.filter((type) => typeof type === 'string' && registered.has(names.type(type)));
  return kept.length === 0 ? undefined : kept;
}
