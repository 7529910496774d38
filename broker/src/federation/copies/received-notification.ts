import { PRIMARY_MEMBER } from '../../model/attribute-kinds.ts';
import type { AttributeInstance, AttributeKind } from '../../model/entity.ts';
import { UNKNOWN_TIME } from '../../model/entity.ts';
import type { NameExpander } from '../../model/names.ts';
import type { PendingNotification, RemovedInstance } from '../../model/pending-notification.ts';
import { badMember, isJsonObject, type JsonObject, NGSI_LD_NULL } from '../../model/values.ts';
import { readReceived } from '../read/received-entity.ts';

/** Members for previous values (4.5.1, `showChanges`), with the members that they belong to. */
const PREVIOUS: ReadonlyMap<string, string> = new Map(
  Object.values(PRIMARY_MEMBER).map((member) => [
    `previous${member.charAt(0).toUpperCase()}${member.slice(1)}`,
    member,
  ]),
);

const MEMBERS: ReadonlySet<string> = new Set(['id', 'type', 'scope', 'createdAt', 'modifiedAt', 'expiresAt']);

/**
 * Reads an entity in a source's notification (5.8.6), normalized: its current state or its deletion, removed attributes
 * and previous values.
 *
 * @param at the time of the notification
 *
 * @throws NgsiLdError BadRequestData, InvalidRequest: it is not an entity
 */
export function readNotified(document: unknown, names: NameExpander, at: string): PendingNotification {
  if (!isJsonObject(document)) throw badMember('data', document, 'entities');
  const { deletedAt, ...members } = document;
  const entity: Record<string, unknown> = {};
  const removed: RemovedInstance[] = [];
  const before: Record<string, unknown> = {};
  for (const member in members) {
    const content = members[member];
    if (MEMBERS.has(member) || member.startsWith('@')) {
      entity[member] = content;
      continue;
    }
    const left: unknown[] = [];
    const previous: JsonObject[] = [];
    for (const instance of [content].flat()) {
      const gone = removedInstance(names.attribute(member), instance);
      if (gone !== undefined) removed.push(gone);
      else left.push(withoutPrevious(instance));
      const earlier = previousOf(instance);
      if (earlier !== undefined) previous.push(earlier);
    }
    if (left.length > 0) entity[member] = left.length === 1 ? left[0] : left;
    if (previous.length > 0) before[member] = previous;
  }
  const previous = instancesOf({ id: document.id, type: document.type, ...before }, names);
  const deleted = typeof deletedAt === 'string' && !Number.isNaN(Date.parse(deletedAt));
  return {
    at: deleted ? deletedAt : at,
    entity: readReceived(entity, names),
    ...(deleted && { deleted }),
    ...(removed.length > 0 && { removed }),
    ...(previous.length > 0 && { previous }),
  };
}

/** The removal expressed by NGSI-LD Null; undefined: the attribute exists. */
function removedInstance(name: string, content: unknown): RemovedInstance | undefined {
  const unknownTimes = { createdAt: UNKNOWN_TIME, modifiedAt: UNKNOWN_TIME };
  if (content === NGSI_LD_NULL) return { name, type: 'Property', ...unknownTimes };
  if (!isJsonObject(content)) return undefined;
  const { datasetId } = content;
  for (const [type, member] of Object.entries(PRIMARY_MEMBER)) {
    const value = content[member];
    const isNull = value === NGSI_LD_NULL || (isJsonObject(value) && value['@none'] === NGSI_LD_NULL);
    if (!isNull) continue;
    return {
      name,
      type: (typeof content.type === 'string' ? content.type : type) as AttributeKind, // as its source says
      createdAt: timeOf(content.createdAt),
      modifiedAt: timeOf(content.modifiedAt),
      ...(typeof datasetId === 'string' && { datasetId }),
    };
  }
  return undefined;
}

function timeOf(value: unknown): string {
  return typeof value === 'string' ? value : UNKNOWN_TIME;
}

function withoutPrevious(content: unknown): unknown {
  if (!isJsonObject(content)) return content;
  return Object.fromEntries(Object.entries(content).filter(([member]) => !PREVIOUS.has(member)));
}

/** The previous state of an instance; undefined: it is not given. */
function previousOf(content: unknown): JsonObject | undefined {
  if (!isJsonObject(content)) return undefined;
  for (const [previous, member] of PREVIOUS) {
    if (content[previous] === undefined) continue;
    const { type, datasetId } = content;
    return { type, [member]: content[previous], ...(datasetId !== undefined && { datasetId }) };
  }
  return undefined;
}

function instancesOf(document: JsonObject, names: NameExpander): { name: string; instance: AttributeInstance }[] {
  const { attributes } = readReceived(document, names);
  return Object.entries(attributes).flatMap(([name, instances]) => instances.map((instance) => ({ name, instance })));
}
