import { WRITES_END } from '../../database/citus/shard-text.ts';
import { rowsOfNodes, type TenantNodes } from '../../database/citus/tenant-nodes.ts';
import type { Database, Queryable } from '../../database/database.ts';
import { DatabaseUnavailable, isRetryable } from '../../database/database-errors.ts';
import {
  areAllSent,
  columnsOf,
  countsOf,
  createOutboxStore,
  fromRow,
  makeLineIndex,
  type OutboxEntryKey,
  type OutboxRow,
  type OutboxStore,
  type Owner,
  ofSubscription,
  type Row,
  SELECT_OWNED,
  type Settlement,
  type SubscriptionKey,
  valuesOfCounts,
  valuesOfOutcomes,
  waitingOf,
} from './outbox.ts';

const TAKE_OWED = `
  SELECT owed.* FROM unnest($2::text[]) AS wanted (id)
  CROSS JOIN LATERAL (
    SELECT ${columnsOf('o')} FROM outbox o
    WHERE ${ofSubscription('o', 'wanted.id')} AND o.tenant = $1 AND o.subscription_id = wanted.id AND o.owner = ANY ($3::text[]) AND o.id <> ALL ($4::uuid[])
    ORDER BY o.id LIMIT $5) AS owed
  ORDER BY owed.id LIMIT $5`;

const SELECT_OLDEST = `
  SELECT DISTINCT ON (tenant, subscription_id) id, tenant, subscription_id FROM outbox
  WHERE owner = ANY ($1::text[]) ORDER BY tenant, subscription_id, id`;

const SELECT_BEHIND_OTHERS = `
  SELECT mine.id FROM outbox mine
  WHERE mine.tenant = $1 AND mine.id = ANY ($2::uuid[]) AND EXISTS (
    SELECT FROM outbox earlier
    WHERE earlier.tenant = $1 AND hashtextextended(earlier.subscription_id || earlier.entity_id, 0) =
        hashtextextended(mine.subscription_id || mine.entity_id, 0)
      AND earlier.subscription_id = mine.subscription_id
      AND earlier.entity_id = mine.entity_id AND earlier.owner <> mine.owner AND earlier.version < mine.version)`;

/** @param first the number of the first of its six parameters */
const COUNT_SENT = (first: number) => `
  UPDATE subscription s SET ${countsOf('s', 'c')}
  FROM unnest($${first}::text[], $${first + 1}::int[], $${first + 2}::int[], $${first + 3}::timestamptz[],
    $${first + 4}::timestamptz[], $${first + 5}::timestamptz[]) AS c (id, sent, failed, notified, succeeded, lapsed)
  WHERE s.tenant = $2 AND s.id = c.id RETURNING s.id`;

const DELETE_GONE = `DELETE FROM outbox o WHERE o.tenant = $2 AND o.id = ANY ($3::uuid[]) RETURNING o.id`;

// `counted` is selected from, so it runs first: the subscription is locked before its entries, as in its deletion.
const SETTLE_SENT = `
  WITH gone AS (${DELETE_GONE}), counted AS (${COUNT_SENT(4)})
  SELECT id FROM counted ${WRITES_END}`;

const SETTLE = `
  WITH gone AS (${DELETE_GONE}),
    failed AS (
      UPDATE outbox o SET attempts = f.attempts, next_attempt_at = f.next_attempt_at, last_error = f.error
      FROM unnest($4::uuid[], $5::int[], $6::timestamptz[], $7::text[]) AS f (id, attempts, next_attempt_at, error)
      WHERE o.tenant = $2 AND o.id = f.id RETURNING o.id),
    died AS (
      DELETE FROM outbox o USING unnest($8::uuid[], $9::int[], $10::text[]) AS d (id, attempts, error)
      WHERE o.tenant = $2 AND o.id = d.id
      RETURNING o.id, o.tenant, o.subscription_id, o.entity_id, o.version, o.payload, o.created_at, d.attempts, d.error),
    buried AS (
      INSERT INTO outbox_dead (id, tenant, subscription_id, entity_id, version, payload, created_at, attempts, last_error)
      SELECT id, tenant, subscription_id, entity_id, version, payload, created_at, attempts, error FROM died
      ON CONFLICT DO NOTHING RETURNING id),
    counted AS (${COUNT_SENT(11)})
  SELECT id FROM counted ${WRITES_END}`;

// Sent to the node, because it reads the table that it inserts into.
const ADD_ROUND = `
  WITH owed AS (
    INSERT INTO outbox (id, tenant, subscription_id, entity_id, payload, owner)
    SELECT o.id, $2::text, $3::text, '', o.payload, $6 FROM unnest($4::uuid[], $5::text[]) AS o (id, payload)
    WHERE NOT EXISTS (
      SELECT FROM outbox w WHERE ${ofSubscription('w', '$3::text')} AND w.tenant = $2 AND w.subscription_id = $3)
    RETURNING id)
  SELECT id FROM owed ${WRITES_END}`;

/**
 * The outbox on a cluster that stores each tenant on one node. Each statement concerns one tenant, so while a node is
 * unreachable, only its tenants wait.
 */
export function createOutboxByTenant(db: Database, nodes: TenantNodes | undefined, owner: Owner): OutboxStore {
  const reads = nodes?.db ?? db;
  const writerOf = async (tenant: string): Promise<Queryable> => (await nodes?.writerOf(tenant)) ?? db;
  const plain = createOutboxStore(db, owner);
  let lineIndex: Promise<unknown> | undefined;
  return {
    ...plain,
    async take(subscriptions, queued, limit) {
      const found: OutboxRow[] = [];
      for (const [tenant, ofTenant] of Map.groupBy(subscriptions, (key) => key.tenant)) {
        const values = [tenant, ofTenant.map(({ id }) => id), owner.names, queued, limit];
        found.push(...(await reads.query<Row>({ text: TAKE_OWED, values })).rows.map(fromRow));
      }
      return found.sort((a, b) => (a.id < b.id ? -1 : 1)).slice(0, limit);
    },
    async subscriptionsOf(names) {
      return rowsOfNodes<SubscriptionKey>(db, { text: SELECT_OWNED, values: [names] });
    },
    async oldest() {
      return (await rowsOfNodes<Row>(db, { text: SELECT_OLDEST, values: [owner.names] })).map(waitingOf);
    },
    async behindOthers(entries) {
      lineIndex ??= makeLineIndex(db);
      await lineIndex;
      const behind = new Set<string>();
      for (const [tenant, ofTenant] of Map.groupBy(entries, (entry) => entry.tenant)) {
        for (const id of await behindOf(tenant, ofTenant)) behind.add(id);
      }
      return behind;
    },
    async addRound(entries) {
      const [first] = entries;
      if (first === undefined) return false;
      const payloads = entries.map(({ payload }) => JSON.stringify(payload));
      const own = [first.tenant, first.subscriptionId, entries.map(({ id }) => id), payloads, owner.name];
      const { rowCount } = await (await writerOf(first.tenant)).query({
        text: ADD_ROUND,
        values: [new Date(), ...own],
      });
      return rowCount > 0;
    },
    async settle(settlement) {
      const left: Settlement[] = [];
      const settling = [...byTenant(settlement)].map(async ([tenant, ofTenant]) => {
        try {
          await settleTenant(await writerOf(tenant), tenant, ofTenant);
        } catch (error) {
          if (!(error instanceof DatabaseUnavailable || isRetryable(error))) throw error;
          left.push(ofTenant);
        }
      });
      await Promise.all(settling);
      return left.length === 0 ? undefined : together(left);
    },
  };

  /** While its node is unreachable, all entries of a tenant wait. */
  async function behindOf(tenant: string, entries: readonly OutboxEntryKey[]): Promise<string[]> {
    const ids = entries.map(({ id }) => id);
    try {
      const { rows } = await reads.query<{ id: string }>({ text: SELECT_BEHIND_OTHERS, values: [tenant, ids] });
      return rows.map(({ id }) => id);
    } catch {
      return ids;
    }
  }
}

async function settleTenant(writer: Queryable, tenant: string, settlement: Settlement): Promise<void> {
  const [sent, ...others] = valuesOfOutcomes(settlement);
  const [, ...counted] = valuesOfCounts(settlement.counts);
  const values = [new Date(), tenant, sent];
  await writer.query(
    areAllSent(settlement)
      ? { text: SETTLE_SENT, values: [...values, ...counted] }
      : { text: SETTLE, values: [...values, ...others, ...counted] },
  );
}

function byTenant(settlement: Settlement): Map<string, Settlement> {
  const { gone, failed, dead, counts } = settlement;
  const tenants = new Set([gone, failed, dead, counts].flatMap((rows) => rows.map(({ tenant }) => tenant)));
  if (tenants.size === 1) return new Map([...tenants].map((tenant) => [tenant, settlement]));
  const of = <Row extends { readonly tenant: string }>(rows: readonly Row[]) => Map.groupBy(rows, (row) => row.tenant);
  const groups = { gone: of(gone), failed: of(failed), dead: of(dead), counts: of(counts) };
  const settlementOf = (tenant: string): Settlement => ({
    gone: groups.gone.get(tenant) ?? [],
    failed: groups.failed.get(tenant) ?? [],
    dead: groups.dead.get(tenant) ?? [],
    counts: groups.counts.get(tenant) ?? [],
  });
  return new Map([...tenants].map((tenant) => [tenant, settlementOf(tenant)]));
}

function together(parts: readonly Settlement[]): Settlement {
  return {
    gone: parts.flatMap(({ gone }) => gone),
    failed: parts.flatMap(({ failed }) => failed),
    dead: parts.flatMap(({ dead }) => dead),
    counts: parts.flatMap(({ counts }) => counts),
  };
}
