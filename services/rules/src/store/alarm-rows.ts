import type { Queryable } from '@alzette/kit/database';
import { ofAllTenants } from '@alzette/kit/each-tenant';
import type { AlarmAct, Maintenance } from '../alarm-register/alarm-port.ts';
import type { BookAlarm } from '../alarm-register/book-alarm.ts';
import type { Scalar } from '../contract/rule.ts';

const SELECT_OPEN = `SELECT alarm FROM rules.alarm WHERE tenant = $1 AND (is_active OR kept_at > $2)`;
const SELECT_ONE = `SELECT alarm FROM rules.alarm WHERE tenant = $1 AND urn = $2`;
const SELECT_OF = `
  SELECT alarm FROM rules.alarm WHERE tenant = $1 AND rule = $2 AND alarm -> 'entity' ->> 'id' = $3
  ORDER BY turned DESC LIMIT 20`;
const PUT = `
  INSERT INTO rules.alarm (tenant, urn, rule, is_active, turned, alarm)
  SELECT $1, * FROM unnest($2::text[], $3::text[], $4::boolean[], $5::timestamptz[], $6::jsonb[])
  ON CONFLICT (tenant, urn) DO UPDATE SET is_active = excluded.is_active, turned = excluded.turned, alarm = excluded.alarm,
    kept_at = excluded.kept_at`;
const FORGET = `DELETE FROM rules.alarm WHERE NOT is_active AND kept_at < $1 /* all tenants: the job that deletes old alarms */`;
const ADD_ACTS = `INSERT INTO rules.act (tenant, act) SELECT $1, * FROM unnest($2::jsonb[])`;
const ACTS_OF_ALL = `SELECT n, tenant, act FROM rules.act ORDER BY n LIMIT $1 /* all tenants: what is to be sent, in order */`;
const ACTS_OF_TENANT = `SELECT n, tenant, act FROM rules.act WHERE tenant = $2 ORDER BY n LIMIT $1`;
const DROP_ACTS = `DELETE FROM rules.act WHERE tenant = $1 AND n = ANY ($2::bigint[])`;
const ADD_WRITES = `
  INSERT INTO rules.write (tenant, rule, entity_id, attr, value)
  SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::jsonb[])`;
const WRITE = 'n, tenant, rule, entity_id, attr, value, tries';
const WRITES_OF_ALL = `SELECT ${WRITE} FROM rules.write ORDER BY n LIMIT $1 /* all tenants: what is to be written, in order */`;
const WRITES_OF_TENANT = `SELECT ${WRITE} FROM rules.write WHERE tenant = $2 ORDER BY n LIMIT $1`;
const DROP_WRITE = `DELETE FROM rules.write WHERE tenant = $1 AND n = $2`;
const TRIED = `UPDATE rules.write SET tries = tries + 1 WHERE tenant = $1 AND n = $2`;
const SELECT_MAINTENANCE = `SELECT tenant, maintenance FROM rules.maintenance WHERE ends > $1 /* all tenants: the process that evaluates holds them in memory */`;
const MAINTENANCE_OF_TENANT = `SELECT maintenance FROM rules.maintenance WHERE tenant = $2 AND ends > $1`;

/** The alarms of a tenant that are active or were changed after a time. */
export async function readAlarms(db: Queryable, tenant: string, keptAfter: number): Promise<BookAlarm[]> {
  const { rows } = await db.query<{ alarm: string }>({ text: SELECT_OPEN, values: [tenant, new Date(keptAfter)] });
  return rows.map(({ alarm }) => JSON.parse(alarm) as BookAlarm);
}

export async function findAlarm(db: Queryable, tenant: string, urn: string): Promise<BookAlarm | undefined> {
  const { rows } = await db.query<{ alarm: string }>({ text: SELECT_ONE, values: [tenant, urn] });
  return rows.map(({ alarm }) => JSON.parse(alarm) as BookAlarm)[0];
}

/** The last alarms of a rule on an entity, newest first. */
export async function alarmsOf(db: Queryable, tenant: string, rule: string, entity: string): Promise<BookAlarm[]> {
  const { rows } = await db.query<{ alarm: string }>({ text: SELECT_OF, values: [tenant, rule, entity] });
  return rows.map(({ alarm }) => JSON.parse(alarm) as BookAlarm);
}

export async function putAlarms(tx: Queryable, tenant: string, alarms: readonly BookAlarm[]): Promise<void> {
  if (alarms.length === 0) return;
  await tx.query({
    name: 'rules-put-alarms',
    text: PUT,
    values: [
      tenant,
      alarms.map(({ urn }) => urn),
      alarms.map(({ rule }) => rule),
      alarms.map(({ isActive }) => isActive),
      alarms.map(({ turned }) => new Date(turned)),
      alarms.map((alarm) => JSON.stringify(alarm)),
    ],
  });
}

/** Deletes inactive alarms that were last changed before a time. @returns how many */
export async function forgetAlarms(db: Queryable, keptBefore: number): Promise<number> {
  return (await db.query({ text: FORGET, values: [new Date(keptBefore)] })).rowCount;
}

export async function addActs(tx: Queryable, tenant: string, acts: readonly AlarmAct[]): Promise<void> {
  if (acts.length === 0) return;
  const values = [tenant, acts.map((act) => JSON.stringify(act))];
  await tx.query({ name: 'rules-add-acts', text: ADD_ACTS, values });
}

export interface ActRow {
  readonly n: number;
  readonly tenant: string;
  readonly act: AlarmAct;
}

/** The pending acts in order, without those of a node that is away. `most`: then of each tenant. */
export async function readActs(db: Queryable, most: number): Promise<ActRow[]> {
  type Row = { n: number; tenant: string; act: string };
  const all = { name: 'rules-read-acts', text: ACTS_OF_ALL, values: [most] };
  const rows = await ofAllTenants<Row>(db, all, (tenant) => ({ text: ACTS_OF_TENANT, values: [most, tenant] }));
  return rows.map(({ act, ...row }) => ({ ...row, act: JSON.parse(act) as AlarmAct }));
}

export async function dropActs(db: Queryable, tenant: string, rows: readonly ActRow[]): Promise<void> {
  await db.query({ name: 'rules-drop-acts', text: DROP_ACTS, values: [tenant, rows.map(({ n }) => n)] });
}

/** A rule's write to an attribute of an entity. */
export interface AttributeWrite {
  readonly rule: string;
  readonly entityId: string;
  readonly attr: string;
  readonly value: Scalar;
}

export interface WriteRow extends AttributeWrite {
  readonly n: number;
  readonly tenant: string;
  readonly tries: number;
}

export async function addWrites(tx: Queryable, tenant: string, writes: readonly AttributeWrite[]): Promise<void> {
  if (writes.length === 0) return;
  await tx.query({
    name: 'rules-add-writes',
    text: ADD_WRITES,
    values: [
      tenant,
      writes.map(({ rule }) => rule),
      writes.map(({ entityId }) => entityId),
      writes.map(({ attr }) => attr),
      writes.map(({ value }) => JSON.stringify(value)),
    ],
  });
}

/** As {@link readActs}. */
export async function readWrites(db: Queryable, most: number): Promise<WriteRow[]> {
  type Row = { n: number; tenant: string; rule: string; entity_id: string; attr: string; value: string; tries: number };
  const all = { name: 'rules-read-writes', text: WRITES_OF_ALL, values: [most] };
  const rows = await ofAllTenants<Row>(db, all, (tenant) => ({ text: WRITES_OF_TENANT, values: [most, tenant] }));
  return rows.map(({ entity_id, value, ...row }) => ({
    ...row,
    entityId: entity_id,
    value: JSON.parse(value) as Scalar,
  }));
}

export async function dropWrite(db: Queryable, { tenant, n }: WriteRow): Promise<void> {
  await db.query({ name: 'rules-drop-write', text: DROP_WRITE, values: [tenant, n] });
}

export async function countTry(db: Queryable, { tenant, n }: WriteRow): Promise<void> {
  await db.query({ text: TRIED, values: [tenant, n] });
}

/** Maintenance by tenant, without that which ended before a time. */
export async function readMaintenance(db: Queryable, now: number): Promise<Map<string, Maintenance[]>> {
  const { rows } = await db.query<{ tenant: string; maintenance: string }>({
    text: SELECT_MAINTENANCE,
    values: [new Date(now)],
  });
  const byTenant = new Map<string, Maintenance[]>();
  for (const { tenant, maintenance } of rows) {
    byTenant.set(tenant, [...(byTenant.get(tenant) ?? []), JSON.parse(maintenance) as Maintenance]);
  }
  return byTenant;
}

/** As {@link readMaintenance}, of one tenant. */
export async function maintenanceOf(db: Queryable, tenant: string, now: number): Promise<Maintenance[]> {
  const values = [new Date(now), tenant];
  const { rows } = await db.query<{ maintenance: string }>({ text: MAINTENANCE_OF_TENANT, values });
  return rows.map(({ maintenance }) => JSON.parse(maintenance) as Maintenance);
}
