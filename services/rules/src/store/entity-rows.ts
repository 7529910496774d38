import type { Queryable, Transaction } from '@alzette/kit/database';
import { ofAllTenants } from '@alzette/kit/each-tenant';
import type { EntityFacts } from '../alarm-register/book-alarm.ts';
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

const SELECT = `SELECT id, state FROM rules.entity WHERE tenant = $1 AND id = ANY ($2::text[])`;
const DUE = 'SELECT tenant, id FROM rules.entity WHERE';
const DUE_OF_ALL = `${DUE} due <= $1 ORDER BY due LIMIT $2 /* all tenants: timers that are due */`;
const DUE_OF_TENANT = `${DUE} tenant = $3 AND due <= $1 ORDER BY due LIMIT $2`;
const NEXT = 'SELECT min(due) AS due FROM rules.entity WHERE';
const NEXT_OF_ALL = `${NEXT} due IS NOT NULL /* all tenants: the next timer */`;
const NEXT_OF_TENANT = `${NEXT} tenant = $1 AND due IS NOT NULL`;
const PUT = `
  INSERT INTO rules.entity (tenant, id, state, due)
  SELECT $1, * FROM unnest($2::text[], $3::jsonb[], $4::timestamptz[])
  ON CONFLICT (tenant, id) DO UPDATE SET state = excluded.state, due = excluded.due`;
const DELETE = `DELETE FROM rules.entity WHERE tenant = $1 AND id = ANY ($2::text[])`;
const IN_SCOPE = `SELECT id FROM rules.entity WHERE tenant = $1 AND state -> 'scopes' ? $2`;

export async function readEntities(
  db: Queryable,
  keys: readonly EntityKey[],
): Promise<(EntityKey & { kept: KeptEntity })[]> {
  const read: (EntityKey & { kept: KeptEntity })[] = [];
  for (const [tenant, own] of byTenant(keys)) {
    const { rows } = await db.query<{ id: string; state: string }>({
      name: 'rules-read-entities',
      text: SELECT,
      values: [tenant, idsOf(own)],
    });
    read.push(...rows.map(({ id, state }) => ({ tenant, id, kept: JSON.parse(state) as KeptEntity })));
  }
  return read;
}

/** Entities with a timer due by a time, without those of a node that is away. `most`: then of each tenant. */
export async function dueEntities(db: Queryable, now: number, most: number): Promise<EntityKey[]> {
  const values = [new Date(now), most];
  return ofAllTenants(db, { name: 'rules-due-entities', text: DUE_OF_ALL, values }, (tenant) => ({
    text: DUE_OF_TENANT,
    values: [...values, tenant],
  }));
}

/** The earliest timer, without those of a node that is away; undefined: there is none. */
export async function nextDue(db: Queryable): Promise<number | undefined> {
  const all = { name: 'rules-next-due', text: NEXT_OF_ALL };
  const ofTenant = (tenant: string) => ({ text: NEXT_OF_TENANT, values: [tenant] });
  const rows = await ofAllTenants<{ due: Date | null }>(db, all, ofTenant);
  const times = rows.flatMap(({ due }) => due?.getTime() ?? []);
  return times.length === 0 ? undefined : Math.min(...times);
}

export async function putEntities(
  tx: Queryable,
  entities: readonly (EntityKey & { kept: KeptEntity })[],
): Promise<void> {
  for (const [tenant, own] of byTenant(entities)) {
    const dues = own.map(({ kept }) => dueOf(kept.state));
    await tx.query({
      name: 'rules-put-entities',
      text: PUT,
      values: [
        tenant,
        idsOf(own),
        own.map(({ kept }) => JSON.stringify(kept)),
        dues.map((due) => (due === undefined ? null : new Date(due))),
      ],
    });
  }
}

export async function deleteEntities(tx: Transaction, keys: readonly EntityKey[]): Promise<void> {
  for (const [tenant, own] of byTenant(keys)) {
    await tx.query({ name: 'rules-delete-entities', text: DELETE, values: [tenant, idsOf(own)] });
  }
}

/** The entities that were found in a scope. */
export async function entitiesInScope(db: Queryable, tenant: string, scope: string): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>({ text: IN_SCOPE, values: [tenant, scope] });
  return rows.map(({ id }) => id);
}

function byTenant<Key extends EntityKey>(keys: readonly Key[]): Map<string, Key[]> {
  return Map.groupBy(keys, ({ tenant }) => tenant);
}

function idsOf(keys: readonly EntityKey[]): string[] {
  return keys.map(({ id }) => id);
}
