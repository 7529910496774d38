import type { Queryable } from '@alzette/kit/database';
import { networkOf } from '@alzette/kit/network';

const FORGET_AFTER_MINUTES = 60;
/** Separates the subject and the origin of failures within a key. */
const FROM = ' from ';
/**
 * Counts an attempt as a failure before it is tried, so that concurrent attempts are limited too. A blocked key counts
 * none. The block lasts a minute after the last free failure and doubles, up to an hour.
 */
const COUNT = `
  INSERT INTO identity.throttle AS t (key, failures, last_at) VALUES ($1, 1, now())
  ON CONFLICT (key) DO UPDATE SET
    failures = CASE WHEN t.last_at < now() - interval '${FORGET_AFTER_MINUTES} minutes' THEN 1 ELSE t.failures + 1 END,
    last_at = now(),
    blocked_until = CASE WHEN t.failures + 1 >= $2 AND t.last_at >= now() - interval '${FORGET_AFTER_MINUTES} minutes'
      THEN now() + least(interval '1 minute' * power(2, least(t.failures + 1 - $2, 6)), interval '60 minutes') END
    WHERE t.blocked_until IS NULL OR t.blocked_until <= now()`;
const BLOCKED = `
  SELECT greatest(1, ceil(extract(epoch FROM blocked_until - now()))::int) AS seconds FROM identity.throttle WHERE key = $1`;
const TAKE_BACK = `
  UPDATE identity.throttle SET failures = greatest(failures - 1, 0),
    blocked_until = CASE WHEN failures - 1 >= $2 THEN blocked_until END WHERE key = $1`;
const FORGET = `DELETE FROM identity.throttle WHERE key = $1 OR starts_with(key, $1 || '${FROM}')`;

/**
 * The number of free failures: of an address, which many people may share; of one subject from one address or known
 * browser; of one subject from everywhere, unless the attempt says otherwise.
 */
const FREE_FAILURES = { address: 50, here: 5, everywhere: 50 };

/** The subject that is being guessed, and the origin of the attempt. */
export interface Attempt {
  /** One name per subject, however it was typed: `password:` and the id of the account. */
  readonly subject: string;
  readonly address: string;
  /** The id of a browser that has signed in to this account before; failures of other browsers do not block it. */
  readonly browser?: string | undefined;
  /** The number of free failures of the subject from everywhere. */
  readonly everywhere?: number;
}

interface Counter {
  readonly key: string;
  readonly free: number;
}

/**
 * Allows an attempt, and counts it as a failure until {@link succeeded} is called. Failures from one address block the
 * subject only for that address; failures from many addresses block it for all unknown browsers.
 *
 * @returns seconds until the next attempt is allowed; 0: this one is
 */
export async function admitAttempt(db: Queryable, attempt: Attempt): Promise<number> {
  const counted: Counter[] = [];
  for (const counter of countersOf(attempt)) {
    const seconds = await countOrBlocked(db, counter);
    if (seconds > 0) {
      for (const earlier of counted) await takeBack(db, earlier);
      return seconds;
    }
    counted.push(counter);
  }
  return 0;
}

/** The attempt succeeded: earlier failures from this origin are deleted. */
export async function succeeded(db: Queryable, attempt: Attempt): Promise<void> {
  const [own, ...shared] = countersOf(attempt);
  await db.query({ text: FORGET, values: [own.key] });
  for (const counter of shared) await takeBack(db, counter);
}

/** Unblocks a subject, wherever the failures came from. */
export async function forgetFailures(db: Queryable, subject: string): Promise<void> {
  await db.query({ text: FORGET, values: [subject] });
}

async function countOrBlocked(db: Queryable, { key, free }: Counter): Promise<number> {
  const { rowCount } = await db.query({ text: COUNT, values: [key, free] });
  if (rowCount > 0) return 0;
  return (await db.query<{ seconds: number | null }>({ text: BLOCKED, values: [key] })).rows[0]?.seconds ?? 1;
}

async function takeBack(db: Queryable, { key, free }: Counter): Promise<void> {
  await db.query({ text: TAKE_BACK, values: [key, free] });
}

/** The attempt's own counter, then those that it shares with others. */
function countersOf({ subject, address, browser, everywhere }: Attempt): [Counter, ...Counter[]] {
  const from = networkOf(address);
  if (browser !== undefined) return [{ key: `${subject}${FROM}browser ${browser}`, free: FREE_FAILURES.here }];
  return [
    { key: `${subject}${FROM}${from}`, free: FREE_FAILURES.here },
    { key: `address:${from}`, free: FREE_FAILURES.address },
    { key: subject, free: everywhere ?? FREE_FAILURES.everywhere },
  ];
}
