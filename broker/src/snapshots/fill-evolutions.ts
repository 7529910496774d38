import type { Caller } from '../access/caller.ts';
import type { Queryable } from '../database/database.ts';
import type { InstanceFilter } from '../history/query/query-temporal.ts';
import { type KnownEntity, selectKnown } from '../history/query/temporal-entities.ts';
import { type StoredInstance, selectInstances } from '../history/query/temporal-instances.ts';
import type { TemporalSelection } from '../history/query/temporal-sql.ts';
import { SCOPE } from '../model/change-entity.ts';
import type { AttributeInstance, Entity } from '../model/entity.ts';
import { copyEvolutions, putEntities } from './snapshot-data.ts';

/** A temporal query of a snapshot. */
export interface TemporalSnapshotQuery {
  readonly selection: TemporalSelection;
  readonly asked: InstanceFilter;
}

const CHUNK = 200;

/**
 * Copies the evolutions that a query finds (5.7.4), with all instances. For an entity that has only an evolution, the
 * latest instances become its current values. Returns the number of entities.
 */
export async function fillEvolutions(
  tx: Queryable,
  caller: Caller,
  space: string,
  { selection, asked }: TemporalSnapshotQuery,
  checkpoint: () => void,
): Promise<number> {
  const { temporalQ } = selection;
  const instances = { ...asked, temporalQ, most: temporalQ.lastN ?? Number.MAX_SAFE_INTEGER };
  for (let offset = 0; ; offset += CHUNK) {
    checkpoint();
    const page = { descending: false, limit: CHUNK, offset, count: false };
    const { entities } = await selectKnown(tx, caller, selection, page);
    if (entities.length > 0) {
      const ids = entities.map(({ id }) => id);
      const absent = await copyEvolutions(tx, caller, space, ids, instances);
      await putPresent(
        tx,
        { ...caller, tenant: space },
        entities.filter(({ id, deletedAt }) => deletedAt === undefined && absent.has(id)),
      );
    }
    if (entities.length < CHUNK) return offset + entities.length;
  }
}

async function putPresent(tx: Queryable, inSpace: Caller, known: readonly KnownEntity[]): Promise<void> {
  if (known.length === 0) return;
  const ids = known.map(({ id }) => id);
  const latest = await selectInstances(tx, inSpace, ids, { temporalQ: { lastN: 1 }, most: 1 });
  const byEntity = Map.groupBy(latest, ({ entityId }) => entityId);
  await putEntities(
    tx,
    inSpace.tenant,
    known.map((entity) => present(entity, byEntity.get(entity.id) ?? [])),
  );
}

function present(
  { id, types, createdAt, modifiedAt, expiresAt }: KnownEntity,
  latest: readonly StoredInstance[],
): Entity {
  const attributes: Record<string, AttributeInstance[]> = {};
  let scopes: readonly string[] | undefined;
  for (const { name, instance, deletedAt } of latest) {
    if (deletedAt !== undefined) continue;
    if (name === SCOPE) {
      scopes = instance.value as readonly string[]; // stored as scopes
      continue;
    }
    attributes[name] ??= [];
    attributes[name].push(instance);
  }
  const times = { createdAt, modifiedAt: modifiedAt ?? createdAt, ...(expiresAt && { expiresAt }) };
  return { id, types, ...times, attributes, ...(scopes && { scopes }) };
}
