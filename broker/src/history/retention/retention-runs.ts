import type { Queryable } from '../../database/database.ts';

/** A run of the retention job. */
export interface RetentionRun {
  readonly id: number;
  /** `interrupted`: its process ended; what it had removed stays removed. */
  readonly state: 'running' | 'done' | 'stopped' | 'interrupted' | 'failed';
  readonly startedAt: Date;
  /** The time of its last batch. */
  readonly beatAt: Date;
  readonly endedAt: Date | null;
  /** The names of partitions dropped as a whole. */
  readonly partitions: readonly string[];
  /** The number of removed instances, including those in dropped partitions. */
  readonly instances: number;
  readonly hours: number;
  readonly days: number;
  readonly error: string | null;
}

const COLUMNS = `id, state, started_at AS "startedAt", beat_at AS "beatAt", ended_at AS "endedAt", partitions, instances, hours,
  days, error`;
const SELECT = `SELECT ${COLUMNS} FROM history_retention_run ORDER BY id DESC LIMIT $1`;
// A batch takes seconds, so a run without a sign of life for a minute counts as dead.
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

/** The latest runs, newest first. */
export async function selectRuns(db: Queryable, most: number): Promise<RetentionRun[]> {
  await db.query({ text: INTERRUPT });
  return (await db.query<RetentionRun>({ text: SELECT, values: [most] })).rows;
}

/** Whether there are policies and no run within the last day. */
export async function isRunDue(db: Queryable): Promise<boolean> {
  return (await db.query<{ due: boolean }>({ text: IS_DUE })).rows[0]?.due === true;
}

/** The id of the new run; undefined: one is already in progress, in this or another process. */
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

/** Records the progress after a batch. False: the run was stopped. */
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

/** Stops the run in progress, in any process, after its current batch. False: there is none. */
export async function stopRun(db: Queryable): Promise<boolean> {
  await db.query({ text: INTERRUPT });
  return (await db.query({ text: STOP })).rowCount > 0;
}
