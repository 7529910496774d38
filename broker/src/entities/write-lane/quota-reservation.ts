import type { Queryable } from '../../database/database.ts';
import { pushChange, pushPast } from '../../history/rows/history-rows.ts';
import { isSpace, tenantOfSpace } from '../../model/snapshot-space.ts';
import { quotaReached } from '../../tenants/quotas/quota.ts';
import type { EntityWrite } from './lane-statements.ts';

const HOLD = `
  SELECT of_tenant, entities, history_rows, history_rows_used FROM tenant_quota
  WHERE of_tenant = ANY($1::text[]) ORDER BY of_tenant FOR UPDATE`;

// `entity_count` leaves out entities that can expire, so they are counted here.
const COUNT_ENTITIES = `
  SELECT coalesce((SELECT sum(c.entities)::bigint FROM entity_count c WHERE c.tenant = $1), 0)
    + (SELECT count(*) FROM entity e WHERE e.tenant = $1 AND e.expires_at IS NOT NULL) AS entities`;

const ADD_HISTORY = `
  UPDATE tenant_quota q SET history_rows_used = q.history_rows_used + a.rows
  FROM unnest($1::text[], $2::bigint[]) AS a (of_tenant, rows) WHERE q.of_tenant = a.of_tenant`;

const TAKE_HISTORY = `
  UPDATE tenant_quota SET history_rows_used = history_rows_used + $2
  WHERE of_tenant = $1 AND history_rows IS NOT NULL RETURNING history_rows AS quota, history_rows_used AS used`;

/** Reserves history rows that are written without their entity. @throws NgsiLdError QuotaReached */
export async function reserveHistoryRows(db: Queryable, tenant: string, rows: number): Promise<void> {
  const take = (count: number) =>
    db.query<{ quota: number; used: number }>({ text: TAKE_HISTORY, values: [tenant, count] });
  const [taken] = (await take(rows)).rows;
  if (taken === undefined || taken.used <= taken.quota) return;
  await take(-rows);
  throw quotaReached(tenant, 'historyRows', taken.quota);
}

interface Limit {
  readonly quota: number;
  left: number;
}

interface Remaining {
  entities?: Limit;
  historyRows?: Limit;
}

/**
 * The remaining quotas of tenants. The quota rows stay locked until the transaction ends, so that other writers of
 * these tenants wait.
 */
export class QuotaReservation {
  readonly #tx: Queryable;
  readonly #rooms: ReadonlyMap<string, Remaining>;
  readonly #recordsHistory: boolean;

  private constructor(tx: Queryable, rooms: ReadonlyMap<string, Remaining>, recordsHistory: boolean) {
    this.#tx = tx;
    this.#rooms = rooms;
    this.#recordsHistory = recordsHistory;
  }

  /** @param recordsHistory whether changes are recorded if a write brings no history of its own */
  static async hold(tx: Queryable, writes: readonly EntityWrite[], recordsHistory: boolean): Promise<QuotaReservation> {
    const tenants = [...new Set(writes.map(({ tenant }) => tenant))];
    const owners = [...new Set(tenants.map(tenantOfSpace))];
    type Row = { of_tenant: string; entities: number | null; history_rows: number | null; history_rows_used: number };
    const { rows } = await tx.query<Row>({ name: 'hold-quotas', text: HOLD, values: [owners] });
    const held = new Map(rows.map((row) => [row.of_tenant, row]));
    const counted = tenants.filter((tenant) => (held.get(tenantOfSpace(tenant))?.entities ?? null) !== null);
    const counts = new Map<string, number>();
    for (const tenant of counted) {
      const count = { name: 'count-entities-of-tenant', text: COUNT_ENTITIES, values: [tenant] };
      counts.set(tenant, (await tx.query<{ entities: number }>(count)).rows[0]?.entities ?? 0);
    }
    const rooms = new Map<string, Remaining>();
    for (const tenant of tenants) {
      const row = held.get(tenantOfSpace(tenant));
      if (row === undefined) continue;
      const room: Remaining = {};
      if (row.entities !== null) {
        room.entities = { quota: row.entities, left: row.entities - (counts.get(tenant) ?? 0) };
      }
      // The history of a snapshot is deleted with it, so it does not count.
      if (row.history_rows !== null && !isSpace(tenant)) {
        room.historyRows = { quota: row.history_rows, left: row.history_rows - row.history_rows_used };
      }
      rooms.set(tenant, room);
    }
    return new QuotaReservation(tx, rooms, recordsHistory);
  }

  /** Reserves what a write needs. @throws NgsiLdError QuotaReached */
  take(write: EntityWrite): void {
    const { tenant, before, after } = write;
    const { entities, historyRows } = this.#rooms.get(tenant) ?? {};
    const more = (after === undefined ? 0 : 1) - (before === undefined ? 0 : 1);
    const rows = historyRows === undefined ? 0 : this.#rowsOf(write);
    if (entities !== undefined && more > entities.left)
      throw quotaReached(tenantOfSpace(tenant), 'entities', entities.quota);
    if (historyRows !== undefined && rows > historyRows.left && rows > 0) {
      throw quotaReached(tenant, 'historyRows', historyRows.quota);
    }
    if (entities !== undefined) entities.left -= more;
    if (historyRows !== undefined) historyRows.left -= rows;
  }

  /** Adds the history rows of these writes to the tenants' usage. */
  async note(written: readonly EntityWrite[]): Promise<void> {
    const added = new Map<string, number>();
    for (const write of written) {
      if (this.#rooms.get(write.tenant)?.historyRows === undefined) continue;
      added.set(write.tenant, (added.get(write.tenant) ?? 0) + this.#rowsOf(write));
    }
    if (added.size > 0) await this.#tx.query({ text: ADD_HISTORY, values: [[...added.keys()], [...added.values()]] });
  }

  #rowsOf({ tenant, id, changes, past }: EntityWrite): number {
    let rows = 0;
    const counting = { push: () => void rows++ };
    if (this.#recordsHistory) for (const change of changes) if (!past?.has(change)) pushChange(counting, change);
    if (past !== undefined) pushPast(counting, tenant, id, [...past.values()].flat());
    return rows;
  }
}
