import type { Database, Queryable } from '../database.ts';
import type { Source } from './kinds.ts';
import type { Run, RunReport } from './run-report.ts';

const COLUMNS =
  's.id, s.document::text, s.secrets, s.state::text, s.next_run_at, s.failures, s.leased_until > now() AS running';
const LAST_RUNS = `
  SELECT DISTINCT ON (source) source, id, started_at, ended_at, report::text FROM iot.source_run
  WHERE tenant = $1 AND source = ANY($2::text[]) ORDER BY source, id DESC`;
const LIST = `SELECT ${COLUMNS} FROM iot.source AS s ORDER BY s.id LIMIT $1 OFFSET $2`;
const COUNT = 'SELECT count(*)::int AS count FROM iot.source';
const ONE = `SELECT ${COLUMNS} FROM iot.source AS s WHERE s.id = $1`;
const INSERT = `
  INSERT INTO iot.source (id, document, secrets, next_run_at) VALUES ($1, $2::jsonb, $3, $4) ON CONFLICT (id) DO NOTHING`;
/** What was remembered for the old declaration may not apply to the new one. */
const UPSERT = `
  INSERT INTO iot.source (id, document, secrets, next_run_at) VALUES ($1, $2::jsonb, $3, $4)
  ON CONFLICT (id) DO UPDATE SET document = excluded.document, secrets = excluded.secrets, state = '{}',
    next_run_at = excluded.next_run_at, failures = 0, modified_at = now()`;
const DELETE = `DELETE FROM iot.source WHERE id = $1 RETURNING coalesce(document->>'tenant', '') AS tenant`;
const TENANT_TO_CHANGE = `SELECT coalesce(document->>'tenant', '') AS tenant FROM iot.source WHERE id = $1 FOR UPDATE`;
/** Deleted with it, or when its tenant changes. */
const OF_SOURCE = [
  ...['source_run', 'source_item', 'talq_device', 'talq_gateway'].map((table) => [table, 'source']),
  ...['gtfs_feed', 'gtfs_trip', 'gtfs_stop_time', 'gtfs_service_day'].map((table) => [table, 'feed']),
].map(([table, column]) => `DELETE FROM iot.${table} WHERE tenant = $1 AND ${column} = $2`);
const RUNS = `
  SELECT id, started_at, ended_at, report::text FROM iot.source_run
  WHERE tenant = $4 AND source = $1 ORDER BY id DESC LIMIT $2 OFFSET $3`;

/** Only one of several processes gets it. */
const CLAIM_DUE = `
  UPDATE iot.source AS s SET lease = $1, leased_until = now() + make_interval(secs => $2)
  WHERE id = (
    SELECT id FROM iot.source
    WHERE next_run_at <= now() AND (leased_until IS NULL OR leased_until <= now())
    ORDER BY next_run_at LIMIT 1 FOR UPDATE SKIP LOCKED)
  RETURNING ${COLUMNS}`;
const CLAIM_ONE = `
  UPDATE iot.source AS s SET lease = $1, leased_until = now() + make_interval(secs => $2)
  WHERE id = $3 AND (leased_until IS NULL OR leased_until <= now())
  RETURNING ${COLUMNS}`;
const RENEW = `
  UPDATE iot.source SET leased_until = now() + make_interval(secs => $2) WHERE id = $3 AND lease = $1`;
const NEXT_DUE = 'SELECT min(greatest(next_run_at, leased_until)) AS due FROM iot.source WHERE next_run_at IS NOT NULL';
const MAKE_DUE = `
  UPDATE iot.source SET next_run_at = now()
  WHERE id = $1 AND document->'enabled' IS DISTINCT FROM 'false'::jsonb AND (next_run_at IS NULL OR next_run_at > now())`;
const HOLD = 'SELECT 1 FROM iot.source WHERE id = $2 AND lease = $1 FOR UPDATE';
const FINISH = `
  UPDATE iot.source SET state = $3::jsonb, next_run_at = $4, failures = $5, lease = NULL, leased_until = NULL
  WHERE id = $2 AND lease = $1`;
const INSERT_RUN = `
  INSERT INTO iot.source_run (tenant, source, started_at, ended_at, report)
  VALUES ($5, $1, $2, $3, $4::jsonb) RETURNING id`;
const KEEP_RUNS = `
  DELETE FROM iot.source_run WHERE tenant = $2 AND source = $1 AND id <= (
    SELECT id FROM iot.source_run WHERE tenant = $2 AND source = $1 ORDER BY id DESC LIMIT 1 OFFSET 100)`;

export interface SourceRow {
  readonly source: Source;
  readonly sealed: string | null;
  readonly state: Readonly<Record<string, unknown>>;
  readonly nextRunAt: string | null;
  readonly failures: number;
  readonly running: boolean;
  readonly lastRun: Run | null;
}

export interface SourceDeclaration {
  readonly source: Source;
  readonly sealed: string | null;
  readonly nextRunAt: Date | undefined;
}

export async function listSources(
  db: Queryable,
  limit: number,
  offset: number,
): Promise<{ count: number; rows: SourceRow[] }> {
  const counted = await db.query<{ count: number }>({ text: COUNT });
  const { rows } = await db.query<Row>({ text: LIST, values: [limit, offset] });
  return { count: counted.rows[0]?.count ?? 0, rows: await withLastRuns(db, rows.map(readRow)) };
}

export async function findSource(db: Queryable, id: string): Promise<SourceRow | undefined> {
  const { rows } = await db.query<Row>({ text: ONE, values: [id] });
  return (await withLastRuns(db, rows.map(readRow)))[0];
}

/** False: the id already exists. */
export async function insertSource(db: Queryable, declaration: SourceDeclaration): Promise<boolean> {
  const { rowCount } = await db.query({ text: INSERT, values: valuesOf(declaration) });
  return rowCount > 0;
}

export async function upsertSource(db: Database, declaration: SourceDeclaration): Promise<void> {
  const { id, tenant = '' } = declaration.source;
  await db.transaction(async (tx) => {
    const [before] = (await tx.query<{ tenant: string }>({ text: TENANT_TO_CHANGE, values: [id] })).rows;
    await tx.query({ text: UPSERT, values: valuesOf(declaration) });
    if (before !== undefined && before.tenant !== tenant) await deleteContent(tx, before.tenant, id);
  });
}

export async function deleteSource(db: Database, id: string): Promise<boolean> {
  return db.transaction(async (tx) => {
    const [gone] = (await tx.query<{ tenant: string }>({ text: DELETE, values: [id] })).rows;
    if (gone !== undefined) await deleteContent(tx, gone.tenant, id);
    return gone !== undefined;
  });
}

/** What was read from it. */
async function deleteContent(tx: Queryable, tenant: string, id: string): Promise<void> {
  for (const text of OF_SOURCE) await tx.query({ text, values: [tenant, id] });
}

export async function listRuns(
  db: Queryable,
  { id, tenant = '' }: Source,
  limit: number,
  offset: number,
): Promise<Run[]> {
  const { rows } = await db.query<{ id: number; started_at: Date; ended_at: Date; report: string }>({
    text: RUNS,
    values: [id, limit, offset, tenant],
  });
  return rows.map(({ id, started_at, ended_at, report }) =>
    runOf(Number(id), started_at, ended_at, JSON.parse(report)),
  );
}

/** The source that is due first, leased by this process. */
export async function claimDue(db: Queryable, lease: string, leaseS: number): Promise<SourceRow | undefined> {
  const { rows } = await db.query<Row>({ text: CLAIM_DUE, values: [lease, leaseS] });
  return rows[0] === undefined ? undefined : readRow(rows[0]);
}

/** Undefined: it is already running, or does not exist. */
export async function claimOne(
  db: Queryable,
  lease: string,
  leaseS: number,
  id: string,
): Promise<SourceRow | undefined> {
  const { rows } = await db.query<Row>({ text: CLAIM_ONE, values: [lease, leaseS, id] });
  return rows[0] === undefined ? undefined : readRow(rows[0]);
}

/** False: the lease belongs to another process. */
export async function renew(db: Queryable, lease: string, leaseS: number, id: string): Promise<boolean> {
  return (await db.query({ text: RENEW, values: [lease, leaseS, id] })).rowCount > 0;
}

export async function nextDue(db: Queryable): Promise<Date | undefined> {
  const { rows } = await db.query<{ due: Date | null }>({ text: NEXT_DUE });
  return rows[0]?.due == null ? undefined : new Date(rows[0].due);
}

/** False: it is already due, or disabled. */
export async function makeDue(db: Queryable, id: string): Promise<boolean> {
  return (await db.query({ text: MAKE_DUE, values: [id] })).rowCount > 0;
}

/** Whether this process may still finish the run. Locks the source until the transaction ends. */
export async function holds(tx: Queryable, lease: string, id: string): Promise<boolean> {
  return (await tx.query({ text: HOLD, values: [lease, id] })).rowCount > 0;
}

export async function finishRun(
  tx: Queryable,
  run: {
    readonly lease: string;
    readonly source: string;
    readonly tenant: string;
    readonly state: Readonly<Record<string, unknown>>;
    readonly nextRunAt: Date | undefined;
    readonly failures: number;
    readonly startedAt: Date;
    readonly report: RunReport;
  },
): Promise<Run> {
  const endedAt = new Date();
  const { rows } = await tx.query<{ id: number }>({
    text: INSERT_RUN,
    values: [run.source, run.startedAt, endedAt, JSON.stringify(run.report), run.tenant],
  });
  await tx.query({ text: KEEP_RUNS, values: [run.source, run.tenant] });
  await tx.query({
    text: FINISH,
    values: [run.lease, run.source, JSON.stringify(run.state), run.nextRunAt ?? null, run.failures],
  });
  return runOf(Number(rows[0]?.id), run.startedAt, endedAt, run.report);
}

interface Row {
  readonly id: string;
  readonly document: string;
  readonly secrets: string | null;
  readonly state: string;
  readonly next_run_at: Date | null;
  readonly failures: number;
  readonly running: boolean | null;
}

async function withLastRuns(db: Queryable, found: readonly SourceRow[]): Promise<SourceRow[]> {
  type Last = { source: string; id: number; started_at: Date; ended_at: Date; report: string };
  const runs = new Map<string, Run>();
  for (const [tenant, ofTenant] of Map.groupBy(found, ({ source }) => source.tenant ?? '')) {
    const values = [tenant, ofTenant.map(({ source }) => source.id)];
    for (const run of (await db.query<Last>({ text: LAST_RUNS, values })).rows)
      runs.set(run.source, runOf(Number(run.id), run.started_at, run.ended_at, JSON.parse(run.report)));
  }
  return found.map((row) => ({ ...row, lastRun: runs.get(row.source.id) ?? null }));
}

function readRow(row: Row): SourceRow {
  return {
    // Documents in our tables were validated when they were written.
    source: JSON.parse(row.document) as Source,
    sealed: row.secrets,
    state: JSON.parse(row.state),
    nextRunAt: row.next_run_at === null ? null : new Date(row.next_run_at).toISOString(),
    failures: row.failures,
    running: row.running === true,
    lastRun: null,
  };
}

function runOf(id: number, startedAt: Date, endedAt: Date, report: RunReport): Run {
  return { id, startedAt: new Date(startedAt).toISOString(), endedAt: new Date(endedAt).toISOString(), ...report };
}

function valuesOf({ source, sealed, nextRunAt }: SourceDeclaration): unknown[] {
  return [source.id, JSON.stringify(source), sealed, nextRunAt ?? null];
}
