import type { Database, Queryable } from '../../database/database.ts';
import { tenantOfSpace } from '../../model/snapshot-space.ts';
import { DAILY, type QuotaName, quotaReached, type TenantQuotas } from './quota.ts';

/** NOTIFY channel for changes of quotas. */
const CHANNEL = 'tenant_quota';
/** A NOTIFY may be lost while the connection is down. */
const RELOAD_EVERY_MS = 30_000;
/** Retention and operators also delete history rows, so the count is refreshed. */
const RECOUNT_EVERY_MS = 10 * 60_000;

const COLUMN_OF: { readonly [Name in QuotaName]: string } = {
  entities: 'entities',
  subscriptions: 'subscriptions',
  registrations: 'registrations',
  snapshots: 'snapshots',
  historyRows: 'history_rows',
  requestsPerSecond: 'requests_per_second',
  fileBytes: 'file_bytes',
  jobsPerDay: 'jobs_per_day',
  computeSecondsPerDay: 'compute_seconds_per_day',
  mailsPerDay: 'mails_per_day',
  pushesPerDay: 'pushes_per_day',
};
const NAMES = Object.keys(COLUMN_OF) as QuotaName[];

const SELECT_ALL = `SELECT of_tenant, ${NAMES.map((name) => `${COLUMN_OF[name]} AS "${name}"`).join(', ')} FROM tenant_quota`;

const SET = `
  WITH set AS (
    INSERT INTO tenant_quota (of_tenant, ${NAMES.map((name) => COLUMN_OF[name]).join(', ')})
    VALUES ($1, ${NAMES.map((_name, i) => `$${i + 2}`).join(', ')})
    ON CONFLICT (of_tenant) DO UPDATE SET ${NAMES.map((name) => `${COLUMN_OF[name]} = excluded.${COLUMN_OF[name]}`).join(', ')}
    RETURNING of_tenant)
  SELECT send_message('${CHANNEL}', '') FROM set`;

const REMOVE = `
  WITH removed AS (DELETE FROM tenant_quota WHERE of_tenant = $1 RETURNING of_tenant)
  SELECT send_message('${CHANNEL}', '') FROM removed`;

const HOLD = 'SELECT FROM tenant_quota WHERE of_tenant = $1 FOR UPDATE';

const COUNTS: { readonly [Name in Counted]: string } = {
  subscriptions: 'SELECT count(*) AS count FROM subscription WHERE tenant = $1',
  registrations: 'SELECT count(*) AS count FROM registration WHERE tenant = $1',
  snapshots: 'SELECT count(*) AS count FROM snapshot WHERE of_tenant = $1 AND deleted_at IS NULL',
};

// Rows written during the count are added by their writers.
const HISTORY_USED = 'SELECT history_rows_used AS used FROM tenant_quota WHERE of_tenant = $1';
const COUNT_HISTORY = 'SELECT count(*) AS count FROM evolution WHERE tenant = $1';
const CORRECT_HISTORY =
  'UPDATE tenant_quota SET history_rows_used = greatest(history_rows_used + $2::bigint, 0) WHERE of_tenant = $1';

/** Quotas that are checked by counting after an insertion. */
type Counted = 'subscriptions' | 'registrations' | 'snapshots';

/** Checks by stores before they accept something new. */
export interface Admission {
  /** Whether {@link hold} is needed, which requires a transaction. */
  limits(tenant: string, name: Counted): boolean;
  /** Counts under a lock. @throws NgsiLdError QuotaReached */
  hold(tx: Queryable, tenant: string, name: Counted): Promise<void>;
}

export const UNLIMITED: Admission = { limits: () => false, hold: async () => {} };

/** The quotas of tenants, in memory. Without quotas, no database query is needed. */
export class Quotas implements Admission {
  readonly #db: Database;
  #known = new Map<string, TenantQuotas>();
  #timers: readonly NodeJS.Timeout[] = [];
  #stopListening = async () => {};
  /** Whether any tenant limits requests, or what entity writes add. */
  #limitsRequests = false;
  #limitsWrites = false;
  #limitsDays = false;

  private constructor(db: Database) {
    this.#db = db;
  }

  static async open(db: Database, onError: (error: unknown) => void): Promise<Quotas> {
    const quotas = new Quotas(db);
    const every = (ms: number, work: () => Promise<void>) => setInterval(() => work().catch(onError), ms).unref();
    quotas.#stopListening = await db.listen(CHANNEL, () => void quotas.#load().catch(onError));
    await quotas.#load();
    quotas.#timers = [
      every(RELOAD_EVERY_MS, () => quotas.#load()),
      every(RECOUNT_EVERY_MS, () => quotas.#recountAll()),
    ];
    return quotas;
  }

  /** Whether any tenant limits requests. */
  get limitsRequests(): boolean {
    return this.#limitsRequests;
  }

  /** Whether any tenant limits what entity writes add. */
  get limitsWrites(): boolean {
    return this.#limitsWrites;
  }

  /** Whether any tenant limits what is counted by day. */
  get limitsDays(): boolean {
    return this.#limitsDays;
  }

  /** For a tenant, or for the tenant to which a space belongs. */
  of(tenant: string): TenantQuotas {
    return this.#known.get(tenantOfSpace(tenant)) ?? {};
  }

  limits(tenant: string, name: Counted): boolean {
    return this.of(tenant)[name] !== undefined;
  }

  async hold(tx: Queryable, tenant: string, name: Counted): Promise<void> {
    const quota = this.of(tenant)[name];
    if (quota === undefined) return;
    await tx.query({ text: HOLD, values: [tenantOfSpace(tenant)] });
    const { rows } = await tx.query<{ count: number }>({ text: COUNTS[name], values: [tenant] });
    if ((rows[0]?.count ?? 0) > quota) throw quotaReached(tenantOfSpace(tenant), name, quota);
  }

  /** Replaces the quotas of a tenant. Existing data stays, even if it exceeds them. */
  async set(tenant: string, quotas: TenantQuotas): Promise<void> {
    const values = NAMES.map((name) => quotas[name]);
    await this.#db.query({ text: SET, values: [tenant, ...values] });
    if (quotas.historyRows !== undefined) await this.#recount(tenant);
    await this.#load();
  }

  async remove(tenant: string): Promise<void> {
    await this.#db.query({ text: REMOVE, values: [tenant] });
    await this.#load();
  }

  /** The history rows of a tenant with a history quota. */
  async historyRowsUsed(tenant: string): Promise<number> {
    const { rows } = await this.#db.query<{ used: number }>({ text: HISTORY_USED, values: [tenant] });
    return rows[0]?.used ?? 0;
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await this.#stopListening();
  }

  async #load(): Promise<void> {
    type Row = { readonly of_tenant: string } & { readonly [Name in QuotaName]: number | null };
    const { rows } = await this.#db.query<Row>({ name: 'tenant-quotas', text: SELECT_ALL });
    this.#known = new Map(
      rows.map(({ of_tenant, ...quotas }) => {
        const set = Object.entries(quotas).filter(([, quota]) => quota !== null);
        return [of_tenant, Object.fromEntries(set)];
      }),
    );
    const all = [...this.#known.values()];
    this.#limitsRequests = all.some(({ requestsPerSecond }) => requestsPerSecond !== undefined);
    this.#limitsWrites = all.some(({ entities, historyRows }) => entities !== undefined || historyRows !== undefined);
    this.#limitsDays = all.some((own) => Object.values(DAILY).some((name) => name && own[name] !== undefined));
  }

  async #recountAll(): Promise<void> {
    for (const [tenant, { historyRows }] of this.#known) if (historyRows !== undefined) await this.#recount(tenant);
  }

  async #recount(tenant: string): Promise<void> {
    const used = await this.historyRowsUsed(tenant);
    const { rows } = await this.#db.query<{ count: number }>({ text: COUNT_HISTORY, values: [tenant] });
    const difference = (rows[0]?.count ?? 0) - used;
    if (difference !== 0) await this.#db.query({ text: CORRECT_HISTORY, values: [tenant, difference] });
  }
}
