import type { Queryable } from '../../database/database.ts';

/** What one run of the job that removes what is past has done. */
export interface RetentionRun {
  readonly id: number;
  /** `interrupted`: its process went away; what it had removed stays removed. */
  readonly state: 'running' | 'done' | 'stopped' | 'interrupted' | 'failed';
  readonly startedAt: Date;
  /** Of its last batch. */
  readonly beatAt: Date;
  readonly endedAt: Date | null;
  /** Names of those dropped as a whole. */
  readonly partitions: readonly string[];
  /** How many were removed, those in dropped partitions among them. */
  readonly instances: number;
  readonly hours: number;
  readonly days: number;
  readonly error: string | null;
}

const COLUMNS = `id, state, started_at AS "startedAt", beat_at AS "beatAt", ended_at AS "endedAt", partitions, instances, hours,
  days, error`;
const SELECT = `SELECT ${COLUMNS} FROM history_retention_run ORDER BY id DESC LIMIT $1`;
// A batch takes seconds: a run that has not been heard of for a minute is no more.
const INTERRUPT = `
  UPDATE history_retention_run SET state = 'interrupted', ended_at = beat_at
  WHERE state = 'running' AND beat_at < now() - interval '1 minute'`;
const LOCK = `SELECT pg_advisory_xact_lock(hashtextextended('alzette.retention', 0))`;
const BEGIN = `
  INSERT INTO history_retention_run (state)
  SELECT 'running' WHERE NOT EXISTS (SELECT FROM history_retention_run WHERE state = 'running')
  RETURNING id`;
const BEAT = `
  UPDATE history_retention_run SET beat_at = now(), partitions = partitions || $2::text[], instances = instances + $3,
    hours = hours + $4, days = days + $5
  WHERE id = $1 AND state = 'running'`;
const END = `
  UPDATE history_retention_run SET state = $2, error = $3, ended_at = now() WHERE id = $1 AND state = 'running'`;
const STOP = `UPDATE history_retention_run SET state = 'stopped', ended_at = now() WHERE state = 'running'`;
const IS_DUE = `
  SELECT EXISTS (SELECT FROM history_retention)
    AND NOT EXISTS (SELECT FROM history_retention_run WHERE started_at > now() - interval '1 day'
      AND state IN ('running', 'done', 'stopped')) AS due`;

/** The latest runs, the last one first. */
export async function selectRuns(db: Queryable, most: number): Promise<RetentionRun[]> {
  await db.query({ text: INTERRUPT });
  return (await db.query<RetentionRun>({ text: SELECT, values: [most] })).rows;
}

/** Whether there are policies and no run of the last day has seen to them. */
export async function isRunDue(db: Queryable): Promise<boolean> {
  return (await db.query<{ due: boolean }>({ text: IS_DUE })).rows[0]?.due === true;
}

/** The id of the new run; undefined: one is under way, here or in another process. */
export async function beginRun(tx: Queryable): Promise<number | undefined> {
  await tx.query({ text: LOCK });
  await tx.query({ text: INTERRUPT });
  return (await tx.query<{ id: number }>({ text: BEGIN })).rows[0]?.id;
}

export interface Progress {
  readonly partitions?: readonly string[];
  readonly instances?: number;
  readonly hours?: number;
  readonly days?: number;
}

/** Notes what a batch has done. False: the run was stopped. */
export async function beatRun(db: Queryable, id: number, progress: Progress): Promise<boolean> {
  const { partitions = [], instances = 0, hours = 0, days = 0 } = progress;
  return (await db.query({ text: BEAT, values: [id, partitions, instances, hours, days] })).rowCount > 0;
}

export async function endRun(
  db: Queryable,
  id: number,
  state: 'done' | 'failed' | 'stopped',
  error?: string,
): Promise<void> {
  await db.query({ text: END, values: [id, state, error] });
}

/** Stops the run that is under way, in whatever process, after its batch. False: there is none. */
export async function stopRun(db: Queryable): Promise<boolean> {
  await db.query({ text: INTERRUPT });
  return (await db.query({ text: STOP })).rowCount > 0;
}
