import type { Caller } from '../access/caller.ts';
import type { Database, Queryable } from '../database/database.ts';
import { SqlParameters } from '../database/sql-parameters.ts';
import { firstVersion } from '../entities/write-lane/lane-batch.ts';
import { EntityStatements } from '../entities/write-lane/lane-statements.ts';
import type { InstanceSelection } from '../history/query/instance-selection.ts';
import { instanceCondition } from '../history/query/temporal-instances.ts';
import { narrowed, relationOf, seriesOf } from '../history/query/temporal-series.ts';
import { timeOf } from '../history/query/temporal-sql.ts';
import { documentOf } from '../model/document.ts';
import type { Entity } from '../model/entity.ts';
import { unitedEntity } from '../model/united-entity.ts';

/** Runs `work` in one database snapshot, whatever is written meanwhile. */
export function inDatabaseSnapshot<Result>(db: Database, work: (tx: Queryable) => Promise<Result>): Promise<Result> {
  return db.transaction(async (tx) => {
    await tx.query({ text: 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ' });
    return work(tx);
  });
}

/**
 * Runs a part of a transaction in a savepoint, so that it may fail without the rest. @throws whatever `work` throws,
 * after undoing it
 */
export async function inSavepoint<Result>(tx: Queryable, work: () => Promise<Result>): Promise<Result> {
  await tx.query({ text: 'SAVEPOINT part' });
  try {
    const result = await work();
    await tx.query({ text: 'RELEASE SAVEPOINT part' });
    return result;
  } catch (error) {
    await tx.query({ text: 'ROLLBACK TO SAVEPOINT part' });
    throw error;
  }
}

/** Stores entities in the space of a snapshot, merged with what is already there. */
export async function putEntities(tx: Queryable, space: string, entities: Iterable<Entity>): Promise<void> {
  const byId = new Map<string, Entity>();
  for (const entity of entities) {
    const known = byId.get(entity.id);
    byId.set(entity.id, known === undefined ? entity : unitedEntity(known, entity));
  }
  if (byId.size === 0) return;
  const all = [...byId.values()];
  const statements = new EntityStatements({ owner: '', recordsHistory: false });
  const stored = await statements.read(
    tx,
    all.map(({ id }) => ({ tenant: space, id })),
    true,
  );
  const writes = all.map((entity, index) => {
    const before = stored.get(index);
    const after = before === undefined ? entity : unitedEntity(before.entity, entity);
    const version = before === undefined ? firstVersion() : before.version + 1;
    return {
      tenant: space,
      id: entity.id,
      before,
      after,
      document: documentOf(after),
      version,
      changes: [],
      past: undefined,
      entries: [],
    };
  });
  const written = await statements.writeOfTenant(tx, space, writes, new Date().toISOString());
  if (written.size < writes.length) throw new Error(`Another process writes ${space} while it is being filled`);
}

const EXISTING = 'SELECT id FROM entity WHERE tenant = $1 AND id = ANY($2::text[])';

const COPY_PAST_ENTITIES = `
  INSERT INTO past_entity (tenant, id, types, created_at, deleted_at)
  SELECT $2, p.id, p.types, p.created_at, p.deleted_at FROM past_entity p
  WHERE p.tenant = $1 AND p.id = ANY($3::text[]) AND NOT EXISTS (SELECT 1 FROM entity e WHERE e.tenant = $1 AND e.id = p.id)
  ON CONFLICT DO NOTHING`;

/**
 * Copies the selected instances of entities, and the records of deleted entities, into the space. Existing data in the
 * space is kept. Returns the entities without a row in the space.
 */
export async function copyEvolutions(
  tx: Queryable,
  caller: Caller,
  space: string,
  ids: readonly string[],
  asked: InstanceSelection,
): Promise<Set<string>> {
  const { tenant } = caller;
  const selection = await narrowed(tx, tenant, ids, asked);
  const params = new SqlParameters([tenant, ids]);
  const { temporalQ, most } = selection;
  const time = timeOf(temporalQ.timeproperty);
  const direction = temporalQ.lastN === undefined ? 'ASC' : 'DESC';
  const condition = instanceCondition(selection, params);
  const into = params.add(space);
  const text = `${seriesOf(caller, selection, params)}
    INSERT INTO history (tenant, entity_id, attribute, dataset_id, kind, at, modified_at, instance, number, created_at)
    SELECT ${into}, s.id, s.attribute, s.dataset_id, i.kind, i.at, i.modified_at, i.instance, i.number, i.created_at
    FROM series s CROSS JOIN LATERAL (
      SELECT h.n, h.kind, h.at, h.modified_at, h.instance, h.number, h.created_at FROM ${relationOf(selection)} h
      WHERE h.tenant = $1 AND h.entity_id = s.id AND h.attribute = s.attribute AND h.dataset_id = s.dataset_id AND ${condition}
      ORDER BY ${time} ${direction}, h.modified_at ${direction}, h.n ${direction} LIMIT ${params.add(most)}::bigint) AS i
    WHERE s.attribute IS NOT NULL AND s.dataset_id IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM evolution o WHERE o.tenant = ${into} AND o.entity_id = s.id AND o.attribute = s.attribute
        AND o.dataset_id = s.dataset_id AND o.at = i.at AND o.modified_at = i.modified_at AND o.kind = i.kind
        AND o.instance IS NOT DISTINCT FROM i.instance)
    ORDER BY i.n`;
  await tx.query({ text, values: params.values });
  await tx.query({ text: COPY_PAST_ENTITIES, values: [tenant, space, ids] });
  const { rows } = await tx.query<{ id: string }>({ text: EXISTING, values: [space, ids] });
  return new Set(ids).difference(new Set(rows.map(({ id }) => id)));
}

/** What a clone copies, by table; subscriptions are not copied. */
const COPIED: { readonly [table: string]: string } = {
  entity: 'id, types, scopes, document, shown, location, created_at, modified_at, expires_at, version',
  entity_count: 'types, attributes, entities',
  expiring_attribute: 'entity_id',
  past_entity: 'id, types, created_at, deleted_at',
  history: 'entity_id, attribute, dataset_id, kind, at, modified_at, instance, number, created_at',
  birth: 'entity_id, at, has_datasets, instances',
};

/** Copies the content of one space into another (5.16.2.4). */
export async function copySpace(tx: Queryable, from: string, into: string): Promise<void> {
  for (const [table, columns] of Object.entries(COPIED)) {
    const order = table === 'history' ? ' ORDER BY n' : '';
    const text = `INSERT INTO ${table} (tenant, ${columns}) SELECT $2, ${columns} FROM ${table} WHERE tenant = $1${order}`;
    await tx.query({ text, values: [from, into] });
  }
}
