import type { Queryable } from '../database/database.ts';
import type { Run } from './job-contract.ts';

// The schema of pg-boss.
export const SCHEMA = 'jobs';

const RUN = `
  id, state, retry_count + (state NOT IN ('created', 'retry'))::int AS attempts, created_on, start_after, started_on,
  completed_on, singleton_key, split_part(data->>'$trace', '/', 1) AS request_id,
  left(output->>'message', 500) AS error,
  CASE WHEN state = 'completed' THEN output::text END AS output`;

const RUNS = `SELECT ${RUN} FROM ${SCHEMA}.job WHERE name = $1 ORDER BY created_on DESC LIMIT $2`;

const LATEST = `
  SELECT known.name, run.*
  FROM unnest($1::text[]) AS known(name)
  CROSS JOIN LATERAL (
    SELECT ${RUN} FROM ${SCHEMA}.job WHERE job.name = known.name AND started_on IS NOT NULL
    ORDER BY created_on DESC LIMIT 1
  ) AS run`;

const COUNTS = `
  SELECT name,
    count(*) FILTER (WHERE state IN ('created', 'retry') AND start_after <= now())::int AS waiting,
    count(*) FILTER (WHERE state IN ('created', 'retry') AND start_after > now())::int AS deferred,
    count(*) FILTER (WHERE state = 'active')::int AS active,
    count(*) FILTER (WHERE state = 'failed')::int AS failed
  FROM ${SCHEMA}.job WHERE name = ANY($1::text[]) AND state <> 'completed' GROUP BY name`;

export interface Counts {
  readonly waiting: number;
  readonly deferred: number;
  readonly active: number;
  readonly failed: number;
}

interface RunRow {
  readonly id: string;
  readonly state: 'created' | 'retry' | 'active' | 'completed' | 'cancelled' | 'failed';
  readonly attempts: number;
  readonly created_on: Date;
  readonly start_after: Date;
  readonly started_on: Date | null;
  readonly completed_on: Date | null;
  readonly singleton_key: string | null;
  readonly request_id: string | null;
  readonly error: string | null;
  readonly output: string | null;
}

/** The latest runs of a job, newest first. */
export async function latestRuns(db: Queryable, name: string, limit: number): Promise<Run[]> {
  const { rows } = await db.query<RunRow>({ text: RUNS, values: [name, limit] });
  return rows.map(reportOf);
}

/** The latest run of each job that has begun. */
export async function lastRuns(db: Queryable, names: readonly string[]): Promise<Map<string, Run>> {
  const { rows } = await db.query<RunRow & { name: string }>({ text: LATEST, values: [names] });
  return new Map(rows.map((row) => [row.name, reportOf(row)]));
}

export async function countRuns(db: Queryable, names: readonly string[]): Promise<Map<string, Counts>> {
  const { rows } = await db.query<Counts & { name: string }>({ text: COUNTS, values: [names] });
  return new Map(rows.map(({ name, ...counts }) => [name, counts]));
}

const STATES = { created: 'waiting', retry: 'waiting', active: 'running' } as const;
/** Keys of runs without a key of their own. */
const UNNAMED = /^run:/;

function reportOf(row: RunRow): Run {
  const { id, state, attempts, started_on, completed_on, singleton_key, request_id, error, output } = row;
  const isWaiting = state === 'created' || state === 'retry';
  return {
    id,
    state: state in STATES ? STATES[state as keyof typeof STATES] : (state as 'completed' | 'failed' | 'cancelled'),
    attempts,
    ...(singleton_key !== null && !UNNAMED.test(singleton_key) && { key: singleton_key }),
    ...(request_id !== null && { requestId: request_id }),
    enqueuedAt: row.created_on.toISOString(),
    ...(isWaiting && { dueAt: row.start_after.toISOString() }),
    ...(started_on && { startedAt: started_on.toISOString() }),
    ...(completed_on && { endedAt: completed_on.toISOString() }),
    ...(started_on && completed_on && { durationMs: completed_on.getTime() - started_on.getTime() }),
    ...(error !== null && { error }),
    ...(output !== null && { output: JSON.parse(output) }),
  };
}
