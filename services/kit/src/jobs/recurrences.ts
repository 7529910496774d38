import type { PgBoss } from 'pg-boss';
import type { Logger } from 'pino';
import type { Database, Queryable, Transaction } from '../database/database.ts';
import { refused } from '../problems/problems.ts';
import type { JobDefinition, Recurrence } from './definitions.ts';
import { sendOptions } from './send-options.ts';

/*
 * pg-boss's own recurrences skip the night in March that has no 2:30, and occur twice in the night in October that has
 * it twice. Here the next time is computed and stored, so that each occurs exactly once.
 */

const KEEP = `
  INSERT INTO kit.recurrence (job, key, cron, time_zone, missed, data, next_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
  ON CONFLICT (job, key) DO UPDATE SET
    cron = EXCLUDED.cron, time_zone = EXCLUDED.time_zone, missed = EXCLUDED.missed, data = EXCLUDED.data,
    next_at = CASE
      WHEN recurrence.cron = EXCLUDED.cron AND recurrence.time_zone = EXCLUDED.time_zone THEN recurrence.next_at
      ELSE EXCLUDED.next_at
    END`;
const REMOVE = 'DELETE FROM kit.recurrence WHERE job = $1 AND key = $2';
const OF_JOBS = 'SELECT * FROM kit.recurrence WHERE job = ANY($1::text[]) ORDER BY job, key';
const DUE = `
  SELECT * FROM kit.recurrence WHERE next_at <= $1 AND job = ANY($2::text[])
  ORDER BY next_at LIMIT 100 FOR UPDATE SKIP LOCKED`;
const SET_NEXT = 'UPDATE kit.recurrence SET next_at = $3 WHERE job = $1 AND key = $2';

export interface StoredRecurrence {
  readonly job: string;
  /** '' is the job's own recurrence. */
  readonly key: string;
  readonly cron: string;
  readonly time_zone: string;
  readonly missed: 'skip' | 'once';
  /** JSON. */
  readonly data: string;
  readonly next_at: Date;
}

interface RecurrenceParts {
  readonly db: Database;
  readonly boss: PgBoss;
  readonly definitions: ReadonlyMap<string, JobDefinition<object>>;
  readonly logger: Logger;
  /** The default time zone of recurrences. */
  readonly timeZone: string;
  readonly now: () => Date;
  /** How often to check for due recurrences. */
  readonly everyMs: number;
}

/** A recurrence later than this counts as missed. */
const LATE_MS = 120_000;

export function recurrencesOf(db: Queryable, jobs: readonly string[]): Promise<StoredRecurrence[]> {
  return db.query<StoredRecurrence>({ text: OF_JOBS, values: [jobs] }).then(({ rows }) => rows);
}

/** Enqueues recurring jobs at their times, once over all processes. */
export class Recurrences {
  readonly #parts: RecurrenceParts;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(parts: RecurrenceParts) {
    this.#parts = parts;
  }

  /** @throws Problem 400: the cron expression or time zone is invalid, or has no next time */
  async keep(job: string, key: string, { cron, timeZone, missed = 'skip' }: Recurrence, data: object): Promise<void> {
    const zone = timeZone ?? this.#parts.timeZone;
    checkTimeZone(zone);
    const next = this.#firstOf(cron, zone);
    await this.#parts.db.query({ text: KEEP, values: [job, key, cron, zone, missed, JSON.stringify(data), next] });
  }

  async remove(job: string, key: string): Promise<void> {
    await this.#parts.db.query({ text: REMOVE, values: [job, key] });
  }

  start(): void {
    const { everyMs, logger } = this.#parts;
    this.#timer = setInterval(() => {
      this.look().catch((cause: unknown) => logger.warn({ err: cause }, 'could not enqueue recurring jobs'));
    }, everyMs);
    this.#timer.unref();
  }

  /** Enqueues the jobs that are due. */
  look(): Promise<void> {
    const look = () => this.#parts.db.transaction((tx) => this.#enqueueDue(tx));
    this.#looking = this.#looking.catch(() => {}).then(look);
    return this.#looking;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking.catch(() => {}); // already logged
  }

  async #enqueueDue(tx: Transaction): Promise<void> {
    const { boss, definitions, now } = this.#parts;
    const at = now();
    const { rows } = await tx.query<StoredRecurrence>({ text: DUE, values: [at, [...definitions.keys()]] });
    for (const { job, key, cron, time_zone, missed, data, next_at } of rows) {
      const isLate = at.getTime() - next_at.getTime() > LATE_MS;
      if (!isLate || missed === 'once') {
        const definition = definitions.get(job) as JobDefinition<object>;
        const options = sendOptions(definition, { tx, ...(key !== '' && { key: `recurs:${key}` }) });
        await boss.send(job, JSON.parse(data), options);
      }
      const next = this.#next(cron, time_zone, isLate ? at : next_at);
      await tx.query(next ? { text: SET_NEXT, values: [job, key, next] } : { text: REMOVE, values: [job, key] });
    }
  }

  #firstOf(cron: string, zone: string): Date {
    const expected = 'five fields (minute, hour, day, month, day of the week) of a time that occurs';
    let next: Date | undefined;
    try {
      next = cron.trim().split(/\s+/).length === 5 ? this.#next(cron, zone, this.#parts.now()) : undefined;
    } catch {
      // The expression is invalid: the same answer.
    }
    if (next === undefined) throw refused('cron', cron, expected);
    return next;
  }

  #next(cron: string, timeZone: string, after: Date): Date | undefined {
    return this.#parts.boss.previewSchedule(cron, { tz: timeZone, from: after, count: 1 })[0];
  }
}

function checkTimeZone(zone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
  } catch {
    throw refused('timeZone', zone, 'a time zone such as Europe/Paris');
  }
}
