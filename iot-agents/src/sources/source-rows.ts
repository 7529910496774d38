import type { Queryable } from '../database.ts';
import type { Source } from './kinds.ts';
import type { Run, RunReport } from './run-report.ts';

const COLUMNS =
  's.id, s.document::text, s.secrets, s.state::text, s.next_run_at, s.failures, s.leased_until > now() AS running';
const LAST_RUN = `(
  SELECT jsonb_build_object('id', r.id, 'startedAt', r.started_at, 'endedAt', r.ended_at, 'report', r.report)
  FROM iot.source_run AS r WHERE r.source = s.id ORDER BY r.id DESC LIMIT 1)::text AS last_run`;
const LIST = `SELECT ${COLUMNS}, ${LAST_RUN} FROM iot.source AS s ORDER BY s.id LIMIT $1 OFFSET $2`;
const COUNT = 'SELECT count(*)::int AS count FROM iot.source';
const ONE = `SELECT ${COLUMNS}, ${LAST_RUN} FROM iot.source AS s WHERE s.id = $1`;
const INSERT = `
  INSERT INTO iot.source (id, document, secrets, next_run_at) VALUES ($1, $2::jsonb, $3, $4) ON CONFLICT (id) DO NOTHING`;
/** What was remembered for the old declaration may not apply to the new one. */
const UPSERT = `
  INSERT INTO iot.source (id, document, secrets, next_run_at) VALUES ($1, $2::jsonb, $3, $4)
  ON CONFLICT (id) DO UPDATE SET document = excluded.document, secrets = excluded.secrets, state = '{}',
    next_run_at = excluded.next_run_at, failures = 0, modified_at = now()`;
const DELETE = 'DELETE FROM iot.source WHERE id = $1';
const RUNS = `
  SELECT id, started_at, ended_at, report::text FROM iot.source_run WHERE source = $1 ORDER BY id DESC LIMIT $2 OFFSET $3`;

/** Only one of several processes gets it. */
const CLAIM_DUE = `
  UPDATE iot.source AS s SET lease = $1, leased_until = now() + make_interval(secs => $2)
  WHERE id = (
    SELECT id FROM iot.source
    WHERE next_run_at <= now() AND (leased_until IS NULL OR leased_until <= now())
    ORDER BY next_run_at LIMIT 1 FOR UPDATE SKIP LOCKED)
  RETURNING ${COLUMNS}, NULL AS last_run`;
const CLAIM_ONE = `
  UPDATE iot.source AS s SET lease = $1, leased_until = now() + make_interval(secs => $2)
  WHERE id = $3 AND (leased_until IS NULL OR leased_until <= now())
  RETURNING ${COLUMNS}, NULL AS last_run`;
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
  INSERT INTO iot.source_run (source, started_at, ended_at, report) VALUES ($1, $2, $3, $4::jsonb) RETURNING id`;
const KEEP_RUNS = `
  DELETE FROM iot.source_run WHERE source = $1 AND id <= (
    SELECT id FROM iot.source_run WHERE source = $1 ORDER BY id DESC LIMIT 1 OFFSET 100)`;

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
  return { count: counted.rows[0]?.count ?? 0, rows: rows.map(readRow) };
}

export async function findSource(db: Queryable, id: string): Promise<SourceRow | undefined> {
  const { rows } = await db.query<Row>({ text: ONE, values: [id] });
  return rows[0] === undefined ? undefined : readRow(rows[0]);
}

/** False: the id already exists. */
export async function insertSource(db: Queryable, declaration: SourceDeclaration): Promise<boolean> {
  const { rowCount } = await db.query({ text: INSERT, values: valuesOf(declaration) });
  return rowCount > 0;
}

export async function upsertSource(db: Queryable, declaration: SourceDeclaration): Promise<void> {
  await db.query({ text: UPSERT, values: valuesOf(declaration) });
}

export async function deleteSource(db: Queryable, id: string): Promise<boolean> {
  return (await db.query({ text: DELETE, values: [id] })).rowCount > 0;
}

export async function listRuns(db: Queryable, id: string, limit: number, offset: number): Promise<Run[]> {
  const { rows } = await db.query<{ id: number; started_at: Date; ended_at: Date; report: string }>({
    text: RUNS,
    values: [id, limit, offset],
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
    values: [run.source, run.startedAt, endedAt, JSON.stringify(run.report)],
  });
  await tx.query({ text: KEEP_RUNS, values: [run.source] });
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
  readonly last_run: string | null;
}

function readRow(row: Row): SourceRow {
  const last = row.last_run === null ? undefined : JSON.parse(row.last_run);
  return {
    // Documents in our tables were validated when they were written.
    source: JSON.parse(row.document) as Source,
    sealed: row.secrets,
    state: JSON.parse(row.state),
    nextRunAt: row.next_run_at === null ? null : new Date(row.next_run_at).toISOString(),
    failures: row.failures,
    running: row.running === true,
    lastRun: last === undefined ? null : runOf(last.id, new Date(last.startedAt), new Date(last.endedAt), last.report),
  };
}

function runOf(id: number, startedAt: Date, endedAt: Date, report: RunReport): Run {
  return { id, startedAt: new Date(startedAt).toISOString(), endedAt: new Date(endedAt).toISOString(), ...report };
}

function valuesOf({ source, sealed, nextRunAt }: SourceDeclaration): unknown[] {
  return [source.id, JSON.stringify(source), sealed, nextRunAt ?? null];
}
