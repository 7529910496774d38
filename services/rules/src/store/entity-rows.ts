import type { Queryable } from '@alzette/kit/database';
import type { EntityFacts } from '../book/book-alarm.ts';
import { dueOf, type EntityState } from '../evaluate/follow-entity.ts';

/** The stored state of an entity. */
export interface KeptEntity {
  facts: EntityFacts;
  /** The scopes of rules in which it was found. */
  scopes: string[];
  readonly state: EntityState;
}

export interface EntityKey {
  readonly tenant: string;
  readonly id: string;
}

const SELECT = `
  SELECT e.tenant, e.id, e.state FROM rules.entity e
  JOIN unnest($1::text[], $2::text[]) AS k(tenant, id) ON e.tenant = k.tenant AND e.id = k.id`;
const SELECT_DUE = `SELECT tenant, id FROM rules.entity WHERE due <= $1 ORDER BY due LIMIT $2`;
const NEXT_DUE = `SELECT min(due) AS due FROM rules.entity WHERE due IS NOT NULL`;
const PUT = `
  INSERT INTO rules.entity (tenant, id, state, due)
  SELECT * FROM unnest($1::text[], $2::text[], $3::jsonb[], $4::timestamptz[])
  ON CONFLICT (tenant, id) DO UPDATE SET state = excluded.state, due = excluded.due`;
const DELETE = `
  DELETE FROM rules.entity e USING unnest($1::text[], $2::text[]) AS k(tenant, id)
  WHERE e.tenant = k.tenant AND e.id = k.id`;
const IN_SCOPE = `SELECT id FROM rules.entity WHERE tenant = $1 AND state -> 'scopes' ? $2`;

export async function readEntities(
  db: Queryable,
  keys: readonly EntityKey[],
): Promise<(EntityKey & { kept: KeptEntity })[]> {
  if (keys.length === 0) return [];
  const { rows } = await db.query<EntityKey & { state: string }>({
    name: 'rules-read-entities',
    text: SELECT,
    values: columnsOf(keys),
  });
  return rows.map(({ tenant, id, state }) => ({ tenant, id, kept: JSON.parse(state) as KeptEntity }));
}

/** Entities with a timer due by a time. */
export async function dueEntities(db: Queryable, now: number, most: number): Promise<EntityKey[]> {
  const values = [new Date(now), most];
  return (await db.query<EntityKey>({ name: 'rules-due-entities', text: SELECT_DUE, values })).rows;
}

/** The earliest timer; undefined: there is none. */
export async function nextDue(db: Queryable): Promise<number | undefined> {
  const { rows } = await db.query<{ due: Date | null }>({ name: 'rules-next-due', text: NEXT_DUE });
  return rows[0]?.due?.getTime();
}

export async function putEntities(
  tx: Queryable,
  entities: readonly (EntityKey & { kept: KeptEntity })[],
): Promise<void> {
  if (entities.length === 0) return;
  const dues = entities.map(({ kept }) => dueOf(kept.state));
  await tx.query({
    name: 'rules-put-entities',
    text: PUT,
    values: [
      ...columnsOf(entities),
      entities.map(({ kept }) => JSON.stringify(kept)),
      dues.map((due) => (due === undefined ? null : new Date(due))),
    ],
  });
}

export async function deleteEntities(tx: Queryable, keys: readonly EntityKey[]): Promise<void> {
  if (keys.length > 0) await tx.query({ name: 'rules-delete-entities', text: DELETE, values: columnsOf(keys) });
}

/** The entities that were found in a scope. */
export async function entitiesInScope(db: Queryable, tenant: string, scope: string): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>({ text: IN_SCOPE, values: [tenant, scope] });
  return rows.map(({ id }) => id);
}

function columnsOf(keys: readonly EntityKey[]): [string[], string[]] {
  return [keys.map(({ tenant }) => tenant), keys.map(({ id }) => id)];
}
