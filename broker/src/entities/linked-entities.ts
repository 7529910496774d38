import type { Caller } from '../access/caller.ts';
import type { Database } from '../database/database.ts';
import type { AttributeInstance, Entity } from '../model/entity.ts';
import { withoutExpired } from '../model/expiry.ts';
import type { LinkedEntity } from '../query/projection/linked-entity.ts';
import { linkedProjection, type Projection, shows } from '../query/projection/projection.ts';
import { queryEntities } from './read/entity-queries.ts';

interface LinkOptions {
  /** Number of hops, at least 1. */
  readonly joinLevel: number;
  /** Entities that must not be linked again. */
  readonly containedBy?: readonly string[];
  readonly projection?: Projection;
}

/** An entity that relationships lead to, with the types (IRIs) that they give it in `objectType`. */
export interface LinkTarget {
  readonly id: string;
  readonly types: ReadonlySet<string>;
}

/** Fetches entities; those that do not exist are left out. */
export type FetchEntities = (targets: readonly LinkTarget[]) => Promise<readonly Entity[]>;

/**
 * The entities that the relationships of `roots` lead to (4.5.23), hop by hop, each once. Entities that can't be read
 * are left out. Relationships removed by the projection are not followed.
 */
export async function linkedEntities(
  db: Database,
  caller: Caller,
  roots: readonly Entity[],
  { joinLevel, containedBy = [], projection }: LinkOptions,
  fetch: FetchEntities = (targets) => storedTargets(db, caller, targets),
): Promise<LinkedEntity[]> {
  const at = new Date().toISOString();
  const seen = new Set([...containedBy, ...roots.map(({ id }) => id)]);
  /** The types by which an entity has been looked for, so that it can be found later by another type. */
  const sought = new Map<string, ReadonlySet<string>>();
  const found: LinkedEntity[] = [];
  let hop: readonly LinkedEntity[] = roots.map((entity) => ({ entity, projection }));
  for (let level = 0; level < joinLevel && hop.length > 0; level++) {
    const targets = new Map<string, { readonly types: Set<string>; readonly projection: Projection | undefined }>();
    for (const { entity, projection: shown } of hop) {
      for (const name in entity.attributes) {
        if (shown !== undefined && !shows(shown, name)) continue;
        for (const { id, types } of targetsOf(entity.attributes[name] as readonly AttributeInstance[])) {
          if (seen.has(id)) continue;
          const given = targets.get(id)?.types;
          targets.set(id, {
            types: new Set([...(given ?? []), ...types]),
            projection: shown && linkedProjection(shown, name),
          });
        }
      }
    }
    const asked = [...targets]
      .map(([id, { types }]) => ({ id, types }))
      .filter(({ id, types }) => !sought.has(id) || !types.isSubsetOf(sought.get(id) as ReadonlySet<string>));
    if (asked.length === 0) break;
    for (const { id, types } of asked) sought.set(id, types.union(sought.get(id) ?? new Set()));
    const entities = await fetch(asked);
    for (const { id } of entities) seen.add(id);
    hop = entities.map((entity) => ({
      entity: withoutExpired(entity, at),
      projection: targets.get(entity.id)?.projection,
    }));
    found.push(...hop);
  }
  return found;
}

/** The targets that are stored here and that the caller may read. */
export async function storedTargets(
  db: Database,
  caller: Caller,
  targets: readonly LinkTarget[],
): Promise<readonly Entity[]> {
  const ids = targets.map(({ id }) => id);
  const page = { selectors: [{ ids }], limit: ids.length, offset: 0, count: false };
  return (await queryEntities(db, caller, page)).entities;
}

function targetsOf(instances: readonly AttributeInstance[]): { id: string; types: readonly string[] }[] {
  return instances.flatMap(({ type, value, objectType = [] }) =>
    type === 'Relationship' || type === 'ListRelationship'
      ? [value as string | string[]].flat().map((id) => ({ id, types: [objectType].flat() }))
      : [],
  );
}
