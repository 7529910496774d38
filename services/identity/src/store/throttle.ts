import type { Queryable } from '../database.ts';

const FORGET_AFTER_MINUTES = 60;
/** A minute after the last free failure, doubling, an hour at most. */
const FAILED = `
  INSERT INTO identity.throttle AS t (key, failures, last_at) VALUES ($1, 1, now())
  ON CONFLICT (key) DO UPDATE SET
    failures = CASE WHEN t.last_at < now() - interval '${FORGET_AFTER_MINUTES} minutes' THEN 1 ELSE t.failures + 1 END,
    last_at = now(),
    blocked_until = CASE WHEN t.failures + 1 >= $2 AND t.last_at >= now() - interval '${FORGET_AFTER_MINUTES} minutes'
      THEN now() + least(interval '1 minute' * power(2, least(t.failures + 1 - $2, 6)), interval '60 minutes') END`;
const BLOCKED = `
  SELECT ceil(extract(epoch FROM max(blocked_until) - now()))::int AS seconds FROM identity.throttle
  WHERE key = ANY ($1) AND blocked_until > now()`;
const SUCCEEDED = 'DELETE FROM identity.throttle WHERE key = $1';

/** How many failures are free: of one account, of one address that many share. */
const FREE_FAILURES = { account: 5, address: 50 };

/** Who is trying: an account by the name that was given, and from where. */
export interface Attempt {
  readonly name: string;
  readonly address: string;
}

/** Seconds until another attempt is let in; 0 for now. */
export async function secondsBlocked(db: Queryable, attempt: Attempt): Promise<number> {
  const { rows } = await db.query<{ seconds: number | null }>({ text: BLOCKED, values: [keysOf(attempt)] });
  return rows[0]?.seconds ?? 0;
}

export async function countFailure(db: Queryable, attempt: Attempt): Promise<void> {
  const [account, address] = keysOf(attempt);
  await db.query({ text: FAILED, values: [account, FREE_FAILURES.account] });
  await db.query({ text: FAILED, values: [address, FREE_FAILURES.address] });
}

export async function forgetFailures(db: Queryable, attempt: Attempt): Promise<void> {
  await db.query({ text: SUCCEEDED, values: [keysOf(attempt)[0]] });
}

function keysOf({ name, address }: Attempt): [string, string] {
  return [`account:${name.toLowerCase().slice(0, 200)}`, `address:${address}`];
}
