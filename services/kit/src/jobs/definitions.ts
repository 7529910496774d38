import type { Logger } from 'pino';
import type { Queryable } from '../database/database.ts';

/** When a job recurs: five fields of cron, in a time zone of the IANA database. */
export interface Recurrence {
  /** Minute, hour, day of the month, month, day of the week. */
  readonly cron: string;
  /** Default: the territory's. */
  readonly timeZone?: string;
  /** What to do about a time that came while no process ran: nothing (default), or the latest of them, once. */
  readonly missed?: 'skip' | 'once';
}

export interface JobDefinition<Data extends object = Record<string, never>> {
  /** Service and what is done, e.g. `alarms.escalate`. */
  readonly name: string;
  readonly title: { readonly fr: string; readonly en: string };
  readonly schedule?: Recurrence;
  /** How often it is tried again when it fails, with growing pauses. Default 3. */
  readonly retries?: number;
  /** The first of these pauses; the longest is an hour. Default 30. */
  readonly retryDelayS?: number;
  /** After so long its signal aborts and the run counts as failed. Default 900. */
  readonly timeoutS?: number;
  /**
   * At most one runs and at most one waits in the whole fleet; with keys, of each key. What is enqueued while one waits
   * is dropped, so the data of such a job say no more than its key. Default: true with a schedule, else false.
   */
  readonly oneAtATime?: boolean;
  /** How many run at once in each process. Default 1. */
  readonly concurrency?: number;
  /** Whether an operator may run it without data. Default: true with a schedule, else false. */
  readonly runNow?: boolean;
  /** How late at most a deferred or retried run begins. Default 5. */
  readonly pollS?: number;
  /** How long what is known of ended runs is kept. Default 7. */
  readonly keepDays?: number;
  /**
   * Does it. It may be called again for the same run, after a failure or when the process was killed.
   *
   * @returns what is kept as the run's output: small, and no personal data. @throws what failed: it is tried again
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: a job that has nothing to tell returns nothing
  run(data: Data, run: JobRun): Promise<object | void>;
}

export interface JobRun {
  readonly id: string;
  /** From 1. */
  readonly attempt: number;
  readonly isLastAttempt: boolean;
  /** Aborts at the timeout and when the process stops. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
}

export interface EnqueueOptions {
  /** Not before. */
  readonly after?: Date;
  /** Of those that share a key only one waits. */
  readonly key?: string;
  /** The job is there if and only if this transaction commits. */
  readonly tx?: Queryable;
  /** Higher ones first. Default 0. */
  readonly priority?: number;
}

export interface Job<Data extends object> {
  readonly name: string;
  /**
   * Before the jobs have started it waits for that; within a transaction it does not.
   *
   * @returns the id of its run; undefined: one of that key waits already. @throws Problem 503: they have not started
   */
  enqueue(data: Data, options?: EnqueueOptions): Promise<string | undefined>;
  /** Forgets what waits under a key and has not begun. @returns how many */
  cancel(key: string): Promise<number>;
  /**
   * Lets it recur under a key, beside its own schedule: e.g. as a user wants it. Replaces what the key had.
   *
   * @throws Problem 400: naming `cron` or `timeZone`, which can't be read
   */
  schedule(key: string, recurrence: Recurrence & { readonly data: Data }): Promise<void>;
  unschedule(key: string): Promise<void>;
}

/** Where services define their jobs. */
export interface Jobs {
  /** To be called while the service starts. @throws Error: the name is taken or no name, or the cron can't be read */
  define<Data extends object>(definition: JobDefinition<Data>): Job<Data>;
}
