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

/** Fetches entities by id; ids that do not exist are left out. */
export type FetchEntities = (ids: readonly string[]) => Promise<readonly Entity[]>;

/**
 * The entities that the relationships of `roots` lead to (4.5.23), hop by hop, each once. Entities that can't be read
 * are left out. Relationships removed by the projection are not followed.
 */
export async function linkedEntities(
  db: Database,
  caller: Caller,
  roots: readonly Entity[],
  { joinLevel, containedBy = [], projection }: LinkOptions,
  fetch: FetchEntities = (ids) => storedEntities(db, caller, ids),
): Promise<LinkedEntity[]> {
  const at = new Date().toISOString();
  const seen = new Set([...containedBy, ...roots.map(({ id }) => id)]);
  const found: LinkedEntity[] = [];
  let hop: readonly LinkedEntity[] = roots.map((entity) => ({ entity, projection }));
  for (let level = 0; level < joinLevel && hop.length > 0; level++) {
    const targets = new Map<string, Projection | undefined>();
    for (const { entity, projection: shown } of hop) {
      for (const name in entity.attributes) {
        if (shown !== undefined && !shows(shown, name)) continue;
        for (const uri of targetsOf(entity.attributes[name] as readonly AttributeInstance[])) {
          if (!seen.has(uri)) targets.set(uri, shown && linkedProjection(shown, name));
        }
      }
    }
    if (targets.size === 0) break;
    for (const uri of targets.keys()) seen.add(uri);
    const entities = await fetch([...targets.keys()]);
    hop = entities.map((entity) => ({ entity: withoutExpired(entity, at), projection: targets.get(entity.id) }));
    found.push(...hop);
  }
  return found;
}

async function storedEntities(db: Database, caller: Caller, ids: readonly string[]): Promise<readonly Entity[]> {
  const page = { selectors: [{ ids }], limit: ids.length, offset: 0, count: false };
  return (await queryEntities(db, caller, page)).entities;
}

function targetsOf(instances: readonly AttributeInstance[]): string[] {
  return instances.flatMap(({ type, value }) =>
    type === 'Relationship' || type === 'ListRelationship' ? (value as string | string[]) : [],
  );
}
