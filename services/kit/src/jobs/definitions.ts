import type { Logger } from 'pino';
import type { Queryable } from '../database/database.ts';

/** A recurrence: five cron fields, in an IANA time zone. */
export interface Recurrence {
  /** Minute, hour, day of the month, month, day of the week. */
  readonly cron: string;
  /** Default: the territory's. */
  readonly timeZone?: string;
  /** What to do about times missed while no process was running: nothing (default), or run once. */
  readonly missed?: 'skip' | 'once';
}

export interface JobDefinition<Data extends object = Record<string, never>> {
  /** Service and action, e.g. `alarms.escalate`. */
  readonly name: string;
  readonly title: { readonly fr: string; readonly en: string };
  readonly schedule?: Recurrence;
  /** The number of retries after failures, with growing pauses. Default 3. */
  readonly retries?: number;
  /** The first pause; the longest is an hour. Default 30. */
  readonly retryDelayS?: number;
  /** After this time its signal aborts and the run counts as failed. Default 900. */
  readonly timeoutS?: number;
  /**
   * At most one run is active and at most one is waiting over all processes; with keys, for each key. Further runs are
   * dropped while one waits, so the data of such a job must be determined by its key. Default: true with a schedule,
   * otherwise false.
   */
  readonly oneAtATime?: boolean;
  /** The number of concurrent runs in each process. Default 1. */
  readonly concurrency?: number;
  /** Whether an operator may run it without data. Default: true with a schedule, otherwise false. */
  readonly runNow?: boolean;
  /** The maximum delay before a deferred or retried run begins. Default 5. */
  readonly pollS?: number;
  /** How long finished runs are kept. Default 7. */
  readonly keepDays?: number;
  /**
   * Does the job. It may be called again for the same run, after a failure or when the process was killed.
   *
   * @returns the stored output of the run: small, without personal data. @throws an error: the run is retried
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: a job without output returns nothing
  run(data: Data, run: JobRun): Promise<object | void>;
}

export interface JobRun {
  readonly id: string;
  /** Starts at 1. */
  readonly attempt: number;
  readonly isLastAttempt: boolean;
  /** Aborts at the timeout and at shutdown. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
}

export interface EnqueueOptions {
  /** Not before this time. */
  readonly after?: Date;
  /** Of several runs with the same key, only one waits. */
  readonly key?: string;
  /** The run exists only if this transaction commits. */
  readonly tx?: Queryable;
  /** Higher values first. Default 0. */
  readonly priority?: number;
}

export interface Job<Data extends object> {
  readonly name: string;
  /**
   * Before the jobs have started, this waits for the start; within a transaction it does not.
   *
   * @returns the id of the run; undefined: one with the same key is already waiting. @throws Problem 503: the jobs have
   * not started
   */
  enqueue(data: Data, options?: EnqueueOptions): Promise<string | undefined>;
  /** Removes waiting runs with a key. @returns their number */
  cancel(key: string): Promise<number>;
  /**
   * Adds a recurrence under a key, in addition to the job's own schedule, e.g. one defined by a user. Replaces the
   * previous one of the key.
   *
   * @throws Problem 400: `cron` or `timeZone` is invalid
   */
  schedule(key: string, recurrence: Recurrence & { readonly data: Data }): Promise<void>;
  unschedule(key: string): Promise<void>;
}

/** The interface by which services define their jobs. */
export interface Jobs {
  /**
   * Must be called while the service starts. @throws Error: the name is taken or invalid, or the cron expression is
   * invalid
   */
  define<Data extends object>(definition: JobDefinition<Data>): Job<Data>;
}
