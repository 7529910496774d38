import type { EntityChange } from '../model/change.ts';
import type { Entity } from '../model/entity.ts';
import { LOCATION } from '../model/represent/geojson.ts';
import { type BoundingBox, extentOf } from './feed-filter.ts';

/** A change as broadcast to other processes. It is short, because receivers read the entity themselves. */
export interface BroadcastChange {
  readonly tenant: string;
  readonly id: string;
  readonly at: string;
  readonly trigger: 'created' | 'updated' | 'deleted';
  /** IRIs of the changed attributes. */
  readonly changed: readonly string[];
  /** The previous state, if it is needed: the entity was deleted, or its location or scopes changed. */
  readonly was?: {
    readonly types: readonly string[];
    readonly scopes?: readonly string[] | undefined;
    readonly box?: BoundingBox | undefined;
  };
}

export function broadcastOf({ tenant, entityId: id, at, before, after, attributes }: EntityChange): BroadcastChange {
  const trigger = before === undefined ? 'created' : after === undefined ? 'deleted' : 'updated';
  const changed = [...new Set(attributes.map(({ name }) => name))];
  const broadcast = { tenant, id, at, trigger, changed } as const;
  if (before === undefined) return broadcast;
  const hasLeft = after === undefined || before.scopes !== after.scopes || changed.includes(LOCATION);
  return hasLeft
    ? { ...broadcast, was: { types: before.types, scopes: before.scopes, box: extentOf(before) } }
    : broadcast;
}

/**
 * Reconstructs the change, as far as a feed needs it. Undefined: the entity was deleted meanwhile, which is broadcast
 * separately.
 */
export function changeOfBroadcast(broadcast: BroadcastChange, now: Entity | undefined): EntityChange | undefined {
  const { tenant, id: entityId, at, trigger, changed } = broadcast;
  const before = broadcast.was ? entityAsItWas(broadcast, broadcast.was) : now;
  const attributes = changed.map((name) => ({ kind: 'attributeUpdated', name }) as const);
  const change = { tenant, entityId, at, attributes };
  if (trigger === 'deleted') return before && { ...change, before };
  if (now === undefined || before === undefined) return undefined;
  return trigger === 'created' ? { ...change, after: now } : { ...change, before, after: now };
}

function entityAsItWas(
  { id, at }: BroadcastChange,
  { types, scopes, box }: NonNullable<BroadcastChange['was']>,
): Entity {
  const corners = box && [box.slice(0, 2), box.slice(2)];
  const location = {
    type: 'GeoProperty',
    value: { type: 'MultiPoint', coordinates: corners },
    createdAt: at,
    modifiedAt: at,
  };
  return {
    id,
    types: [...types],
    ...(scopes && { scopes: [...scopes] }),
    createdAt: at,
    modifiedAt: at,
    attributes: box ? { [LOCATION]: [location as Entity['attributes'][string][number]] } : {}, // GeoJSON like any location
  };
}
