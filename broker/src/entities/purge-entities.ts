import { areLimited, type Caller, systemCaller } from '../access/caller.ts';
import type { Queryable } from '../database/database.ts';
import { withAttributes } from '../model/change-entity.ts';
import type { Entity } from '../model/entity.ts';
import type { EntityFilter } from '../query/entity-query.ts';
import { matchesEntity } from '../query/match-entity.ts';
import { queryEntityIds } from './read/entity-queries.ts';
import { type AuthorizedLane, checkedByRights } from './write-lane/authorized-lane.ts';
import type { Decide, Outcome } from './write-lane/write-lane.ts';

/** What to purge from each matching entity: the whole entity, or the attributes with these IRIs. */
export type Purged =
  | { readonly kind: 'entity' }
  | { readonly kind: 'allBut' | 'only'; readonly names: ReadonlySet<string> };

/** Entities written in one batch. A limit, so that a large purge does not hold up other writes. */
const CHUNK = 1000;

/** Purge Entities (5.6.21): deletes the matching entities, or some of their attributes. */
export async function purgeEntities(
  db: Queryable,
  lane: AuthorizedLane,
  caller: Caller,
  filter: EntityFilter,
  purged: Purged,
): Promise<void> {
  if (areLimited(caller)) {
    // A dry run of all writes comes first: if one is not permitted, nothing is deleted.
    await inChunks(db, caller, filter, (ids) =>
      lane.writeAll(
        systemCaller(caller.tenant), // the dry run writes nothing and checks the rights itself
        ids.map((entityId) => ({ entityId, decide: trial(entityId) })),
      ),
    );
  }
  await inChunks(db, caller, filter, (ids) =>
    lane.writeAll(
      caller,
      ids.map((entityId) => ({ entityId, decide: purge(filter, purged) })),
    ),
  );

  function trial(entityId: string): Decide<void> {
    const decide = checkedByRights(caller, entityId, purge(filter, purged));
    return (before, at) => {
      decide(before, at);
      return { after: before, result: undefined };
    };
  }
}

async function inChunks(
  db: Queryable,
  caller: Caller,
  filter: EntityFilter,
  write: (ids: readonly string[]) => Promise<readonly Outcome<void>[]>,
): Promise<void> {
  for (let after = ''; ; ) {
    const ids = await queryEntityIds(db, caller, filter, after, CHUNK);
    const last = ids.at(-1);
    if (last === undefined) return;
    for (const outcome of await write(ids)) if ('error' in outcome) throw outcome.error;
    after = last;
  }
}

/** Entities that have been deleted meanwhile, or no longer match, are left unchanged. */
function purge(filter: EntityFilter, purged: Purged): Decide<void> {
  return (before, at) => {
    if (before === undefined || !matchesEntity(filter, before)) return { after: before, result: undefined };
    if (purged.kind === 'entity') return { after: undefined, result: undefined };
    const goes = (name: string) => purged.names.has(name) === (purged.kind === 'only');
    const names = Object.keys(before.attributes);
    if (!names.some(goes)) return { after: before, result: undefined };
    const kept = names.filter((name) => !goes(name)).map((name) => [name, before.attributes[name]] as const);
    return { after: withAttributes(before, Object.fromEntries(kept) as Entity['attributes'], at), result: undefined };
  };
}
