import { sealed } from '@alzette/kit/messages';
import type { Database, Queryable } from '../database/database.ts';
import { NgsiLdError } from '../model/errors.ts';
import { endSnapshots } from '../snapshots/snapshot-store.ts';
import { deleteAll } from './data/delete-all.ts';

/** NOTIFY channel for the names of deleted tenants. */
const DROPPED_CHANNEL = 'tenant_dropped';

const INSERT_TENANT = 'INSERT INTO tenant (name) VALUES ($1) ON CONFLICT (name) DO NOTHING';
// A tenant may have data without a row of its own, if the process was lost after its first write.
const SELECT_TENANT = `
  SELECT 1 FROM tenant WHERE name = $1
  UNION ALL SELECT 1 WHERE EXISTS (SELECT 1 FROM entity WHERE tenant = $1)
    OR EXISTS (SELECT 1 FROM past_entity WHERE tenant = $1) OR EXISTS (SELECT 1 FROM subscription WHERE tenant = $1)
    OR EXISTS (SELECT 1 FROM registration WHERE tenant = $1) OR EXISTS (SELECT 1 FROM context WHERE tenant = $1)`;
const SELECT_TENANTS = 'SELECT name, created_at FROM tenant ORDER BY name';

const DESCRIBE_TENANT = `
  SELECT t.name, t.created_at,
    (SELECT count(*) FROM entity e WHERE e.tenant = $1 AND (e.expires_at IS NULL OR e.expires_at > now())) AS entities,
    (SELECT count(*) FROM subscription s WHERE s.tenant = $1 AND s.kind = 'entity') AS subscriptions,
    (SELECT count(*) FROM registration r WHERE r.tenant = $1) AS registrations,
    (SELECT count(*) FROM subscription s WHERE s.tenant = $1 AND s.kind = 'source' AND s.serves IS NULL) AS registration_subscriptions,
    (SELECT count(*) FROM context c WHERE c.tenant = $1 AND c.kind <> 'Cached') AS contexts,
    (SELECT count(*) FROM snapshot n WHERE n.of_tenant = $1 AND n.deleted_at IS NULL AND n.expires_at > now()) AS snapshots,
    (SELECT count(*) FROM outbox o WHERE o.tenant = $1) AS notifications_owed
  FROM tenant t WHERE t.name = $1`;

// Deletes from all tables with a tenant column, including future ones. Entities come first, because their deletion
// updates counters, which are deleted afterwards. Access rights, the audit, and the change logs for other processes are
// kept. Each process must remove the data from memory; the NOTIFY is sent without a process name, so that this process
// receives it too.
const DELETE_TENANT = `
  WITH limits AS (DELETE FROM tenant_quota WHERE of_tenant = $1),
    used AS (DELETE FROM tenant_usage WHERE of_tenant = $1),
    interop AS (DELETE FROM tenant_interop WHERE of_tenant = $1),
    deviations AS (DELETE FROM deviation_use WHERE of_tenant = $1),
    uses AS (DELETE FROM context_use WHERE of_tenant = $1),
    deleted AS (DELETE FROM tenant WHERE name = $1 RETURNING name)
  SELECT send_message('${DROPPED_CHANNEL}', $2) FROM deleted`;

const RESET_HISTORY_USED = 'UPDATE tenant_quota SET history_rows_used = 0 WHERE of_tenant = $1';

/** A tenant with the size of its data. */
export interface TenantDescription {
  readonly name: string;
  readonly createdAt: Date;
  readonly entities: number;
  readonly subscriptions: number;
  readonly registrations: number;
  readonly registrationSubscriptions: number;
  /** Those added by clients, and those created for inline contexts. */
  readonly contexts: number;
  readonly snapshots: number;
  readonly notificationsOwed: number;
}

/** The tenants of this database. The default tenant '' always exists. */
export interface Tenants {
  /** Whether the tenant is known to exist, without querying the database. */
  knows(tenant: string): boolean;
  exists(tenant: string): Promise<boolean>;
  /** Creates a tenant that is new and has data: tenants come into existence with the first successful write (4.14). */
  begin(tenant: string): Promise<void>;
  list(): Promise<{ readonly name: string; readonly createdAt: Date }[]>;
  /** @throws NgsiLdError AlreadyExists */
  create(tenant: string): Promise<void>;
  /** @throws NgsiLdError NonexistentTenant */
  describe(tenant: string): Promise<TenantDescription>;
  /** Deletes all data of a tenant. @throws NgsiLdError NonexistentTenant */
  empty(tenant: string): Promise<void>;
  /** Deletes a tenant with all data. @throws NgsiLdError NonexistentTenant; BadRequestData: it is the default tenant */
  drop(tenant: string): Promise<void>;
  close(): Promise<void>;
}

interface Row {
  readonly name: string;
  readonly created_at: Date;
  readonly entities: number;
  readonly subscriptions: number;
  readonly registrations: number;
  readonly registration_subscriptions: number;
  readonly contexts: number;
  readonly snapshots: number;
  readonly notifications_owed: number;
}

/** Known tenants are cached until they are deleted, so that the hot path needs no database query. */
export async function createTenants(db: Database): Promise<Tenants> {
  const known = new Set<string>(['']);
  const stopListening = await db.listen(DROPPED_CHANNEL, (tenant) => known.delete(tenant));

  async function exists(tenant: string): Promise<boolean> {
    if (known.has(tenant)) return true;
    const { rowCount } = await db.query({ text: SELECT_TENANT, values: [tenant] });
    if (rowCount > 0) known.add(tenant);
    return rowCount > 0;
  }

  return {
    knows: (tenant) => known.has(tenant),
    exists,
    async begin(tenant) {
      if (!known.has(tenant) && (await exists(tenant))) await ensureTenant(db, tenant);
    },
    async list() {
      const { rows } = await db.query<Row>({ text: SELECT_TENANTS });
      return rows.map(({ name, created_at }) => ({ name, createdAt: created_at }));
    },
    async create(tenant) {
      const { rowCount } = await db.query({ text: INSERT_TENANT, values: [tenant] });
      if (rowCount === 0) throw new NgsiLdError('AlreadyExists', `Tenant ${tenant} already exists`);
      known.add(tenant);
    },
    async describe(tenant) {
      const { rows } = await db.query<Row>({ text: DESCRIBE_TENANT, values: [tenant] });
      const [row] = rows;
      if (row === undefined) throw noTenant(tenant);
      const { created_at, registration_subscriptions, notifications_owed, ...counts } = row;
      return {
        ...counts,
        createdAt: created_at,
        registrationSubscriptions: registration_subscriptions,
        notificationsOwed: notifications_owed,
      };
    },
    async empty(tenant) {
      if (!(await exists(tenant))) throw noTenant(tenant);
      await db.transaction(async (tx) => {
        await deleteAll(tx, tenant);
        await endSnapshots(tx, tenant);
        await tx.query({ text: RESET_HISTORY_USED, values: [tenant] });
      });
    },
    async drop(tenant) {
      if (tenant === '') throw new NgsiLdError('BadRequestData', 'The default tenant can not be deleted, only emptied');
      const isGone = await db.transaction((tx) => endTenant(tx, tenant));
      if (!isGone) throw noTenant(tenant);
      known.delete(tenant);
    },
    close: stopListening,
  };
}

/** Deletes what the broker has of a tenant. False: there is no such tenant. */
export async function endTenant(tx: Queryable, tenant: string): Promise<boolean> {
  await deleteAll(tx, tenant);
  await endSnapshots(tx, tenant);
  const { rows } = await tx.query({ text: DELETE_TENANT, values: [tenant, await sealed(tx, tenant)] });
  return rows.length > 0;
}

/** Creates the tenant if it is new. */
export async function ensureTenant(db: Queryable, tenant: string): Promise<void> {
  await db.query({ text: INSERT_TENANT, values: [tenant] });
}

function noTenant(tenant: string): NgsiLdError {
  return new NgsiLdError('NonexistentTenant', `There is no tenant ${tenant}`);
}
