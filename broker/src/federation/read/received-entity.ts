import { type AttributeInstance, type Attributes, type Entity, UNKNOWN_TIME } from '../../model/entity.ts';
import { type InstanceFragment, stampInstance } from '../../model/fragment.ts';
import { RECEIVED, requestLeniency } from '../../model/leniency.ts';
import type { NameExpander } from '../../model/names.ts';
import { parseWholeEntity } from '../../model/parse/parse-entity.ts';
import { isJsonObject, type JsonObject } from '../../model/values.ts';

/**
 * Reads a normalized entity from a source's answer, as tolerantly as client input of a lenient tenant. Times of creation and
 * modification are those of the source, {@link UNKNOWN_TIME} if it sends none.
 *
 * @throws NgsiLdError BadRequestData, InvalidRequest: it is not an entity
 */
export function readReceived(body: unknown, names: NameExpander): Entity {
  const { id, types, scopes, expiresAt, attributes } = requestLeniency.run(RECEIVED, () =>
    parseWholeEntity(body, names),
  );
  const document = body as JsonObject; // an entity was parsed from it
  return {
    id,
    types,
    createdAt: timeOf(document, 'createdAt'),
    modifiedAt: timeOf(document, 'modifiedAt'),
    attributes: received(attributes, document, names),
    ...(scopes !== undefined && { scopes }),
    ...(expiresAt !== undefined && { expiresAt }),
  };
}

/**
 * These are never attributes. They are excluded before expanding names, because the resulting errors took half of the
 * time of a query.
 */
const KEYWORDS: ReadonlySet<string> = new Set(['id', 'type', '@id', '@type', '@context']);

function received(
  fragments: { readonly [name: string]: readonly InstanceFragment[] },
  document: JsonObject,
  names: NameExpander,
): Attributes {
  const attributes: Record<string, readonly AttributeInstance[]> = {};
  for (const member in document) {
    if (KEYWORDS.has(member)) continue;
    const name = nameOf(member, names);
    const instances = name === undefined ? undefined : fragments[name];
    if (name === undefined || instances === undefined) continue;
    const content = document[member];
    // Each of several instances has an object of its own, in the same order.
    const isList = Array.isArray(content) && content.length === instances.length && content.every(isJsonObject);
    attributes[name] = instances.map((fragment, index) =>
      receivedInstance(fragment, isList ? content[index] : content, names),
    );
  }
  return attributes;
}

function nameOf(member: string, names: NameExpander): string | undefined {
  try {
    return names.attribute(member);
  } catch {
    return undefined; // a keyword defined by the @context
  }
}

function receivedInstance(fragment: InstanceFragment, content: unknown, names: NameExpander): AttributeInstance {
  const stamped = stampInstance({ ...fragment, attributes: {} }, UNKNOWN_TIME, undefined);
  if (!isJsonObject(content)) return stamped;
  const attributes = fragment.attributes && received(fragment.attributes, content, names);
  return {
    ...stamped,
    createdAt: timeOf(content, 'createdAt'),
    modifiedAt: timeOf(content, 'modifiedAt'),
    ...(attributes && Object.keys(attributes).length > 0 && { attributes }),
  };
}

function timeOf(content: JsonObject, member: 'createdAt' | 'modifiedAt'): string {
  const time = content[member];
  return typeof time === 'string' && !Number.isNaN(Date.parse(time)) ? time : UNKNOWN_TIME;
}
