import { isAttributeKind, isPrimaryMember, KIND_OF_MEMBER, PRIMARY_MEMBER } from '../../model/attribute-kinds.ts';
import type { AttributeKind } from '../../model/entity.ts';
import { FALLBACK, membersLaterThan } from '../../model/represent/earlier-version.ts';
import { isJsonObject, type JsonObject } from '../../model/values.ts';
import type { Registration } from '../registrations/registration.ts';
import { controlValue } from './source-headers.ts';

/** The minor version of NGSI-LD 1.x to use for a source; undefined: the current one (4.3.6.6). */
export function minorOf(registration: Registration): number | undefined {
  const version = controlValue(registration, 'ngsildConformance');
  if (version === undefined) return undefined;
  const [major, minor] = version.split('.').map(Number) as [number, number]; // validated as two numbers
  return major < 1 ? 0 : major > 1 ? undefined : minor;
}

/** Converts a document of an entity, or of a part of one, to version 1.`minor` of the API (4.3.6.8). */
export function earlierDocument(document: JsonObject, minor: number): JsonObject {
  const earlier: Record<string, unknown> = {};
  for (const member in document) {
    const content = document[member];
    if ((member === 'expiresAt' && minor < 9) || (member === 'scope' && minor < 4)) continue;
    if (member === 'type' || member === '@type') {
      earlier[member] = minor < 3 && Array.isArray(content) ? content[0] : content;
    } else earlier[member] = member.startsWith('@') ? content : earlierAttribute(content, minor);
  }
  return earlier;
}

/** An attribute of a document, or an array of its instances. */
function earlierAttribute(content: unknown, minor: number): unknown {
  if (Array.isArray(content) && content.every(isInstance)) {
    const isDefault = (instance: JsonObject) => instance.datasetId === undefined;
    const known = minor >= 3 ? content : content.some(isDefault) ? content.filter(isDefault) : content.slice(0, 1);
    return known.map((instance) => earlierInstance(instance, minor));
  }
  return isInstance(content) ? earlierInstance(content, minor) : content;
}

/** Whether it is an object. Plain values are the same in all versions. */
function isInstance(content: unknown): content is JsonObject {
  return isJsonObject(content) && (isAttributeKind(content.type) || kindOf(content) !== undefined);
}

function kindOf(content: JsonObject): AttributeKind | undefined {
  if (isAttributeKind(content.type)) return content.type;
  for (const member in content) if (isPrimaryMember(member)) return KIND_OF_MEMBER[member];
  return undefined;
}

/** Converts an instance of an attribute. In a partial update its type may be missing. */
export function earlierInstance(content: JsonObject, minor: number): JsonObject {
  const kind = kindOf(content);
  const fallback = kind && FALLBACK[kind];
  const as = fallback !== undefined && minor < fallback.since ? fallback.as : undefined;
  const unknown: ReadonlySet<string> = membersLaterThan(minor);
  const earlier: Record<string, unknown> = {};
  for (const member in content) {
    const inner = content[member];
    if (unknown.has(member)) continue;
    if (member === 'type') earlier.type = as ?? inner;
    else if (kind !== undefined && member === PRIMARY_MEMBER[kind]) {
      earlier[as === undefined ? member : PRIMARY_MEMBER[as]] = as === 'Relationship' ? targetsOf(inner) : inner;
    } else earlier[member] = earlierAttribute(inner, minor);
  }
  return earlier;
}

/** Converts a ListRelationship's list to the targets of a Relationship. */
function targetsOf(list: unknown): unknown {
  return Array.isArray(list) ? list.map((item) => (isJsonObject(item) ? item.object : item)) : list;
}
