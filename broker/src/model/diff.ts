import type { AttributeChange, ChangeOrigin, EntityChange } from './change.ts';
import type { AttributeInstance, Attributes, Entity } from './entity.ts';
import { findInstance } from './fragment.ts';

/**
 * What a write changed. Operations reuse what they don't change, so most instances are recognised as equal by
 * reference. The others are compared deeply, without system timestamps: writing the same content again is no change
 * (5.8.6).
 */
export function changeOf(
  tenant: string,
  before: Entity | undefined,
  after: Entity | undefined,
  at: string,
  { hops, request, trace }: ChangeOrigin = UNKNOWN,
): EntityChange {
  const entityId = (after ?? before)?.id as string; // one of them exists
  const attributes: AttributeChange[] = [];
  compare(before?.attributes ?? NONE, after?.attributes ?? NONE, attributes);
  // Always with all members: all that follows a write reads it, and takes longer with objects of several shapes.
  return { tenant, entityId, before, after, attributes, at, hops, request, trace };
}

const UNKNOWN: ChangeOrigin = {};

const NONE: Attributes = {};

function compare(before: Attributes, after: Attributes, changes: AttributeChange[]): void {
  for (const name in after) {
    const is = after[name] as readonly AttributeInstance[];
    const was = before[name];
    if (is === was) continue;
    for (const instance of is) {
      const old = findInstance(was, instance.datasetId);
      if (old === undefined) changes.push(changed('attributeCreated', name, undefined, instance));
      else if (old !== instance && !sameContent(old, instance)) {
        changes.push(changed('attributeUpdated', name, old, instance));
      }
    }
  }
  for (const name in before) {
    const is = after[name];
    const was = before[name] as readonly AttributeInstance[];
    if (is === was) continue;
    for (const old of was) {
      if (findInstance(is, old.datasetId) === undefined)
        changes.push(changed('attributeDeleted', name, old, undefined));
    }
  }
}

function changed(
  kind: AttributeChange['kind'],
  name: string,
  before: AttributeInstance | undefined,
  after: AttributeInstance | undefined,
): AttributeChange {
  return { kind, name, datasetId: (after ?? before)?.datasetId, before, after };
}

/** Whether two instances are equal apart from their timestamps. */
function sameContent(one: AttributeInstance, other: AttributeInstance): boolean {
  return (
    one.type === other.type &&
    one.observedAt === other.observedAt &&
    one.unitCode === other.unitCode &&
    one.valueType === other.valueType &&
    one.expiresAt === other.expiresAt &&
    sameJson(one.value, other.value) &&
    sameJson(one.objectType, other.objectType) &&
    sameJson(one.sealed, other.sealed) &&
    sameSubAttributes(one.attributes, other.attributes)
  );
}

function sameSubAttributes(one: Attributes | undefined, other: Attributes | undefined): boolean {
  if (one === other) return true;
  const changes: AttributeChange[] = [];
  compare(one ?? NONE, other ?? NONE, changes);
  return changes.length === 0;
}

/** Deep equality of JSON values, ignoring the order of members. */
export function sameJson(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one)) {
    if (!Array.isArray(other) || one.length !== other.length) return false;
    return one.every((item, index) => sameJson(item, other[index]));
  }
  if (Array.isArray(other)) return false;
  const members = Object.keys(one);
  if (members.length !== Object.keys(other).length) return false;
  return members.every(
    (member) =>
      Object.hasOwn(other, member) &&
      sameJson((one as Record<string, unknown>)[member], (other as Record<string, unknown>)[member]),
  );
}
