import type { Queryable } from '../database.ts';

const FORGET_AFTER_MINUTES = 60;
/**
 * Counts an attempt as a failure before it is tried, so that many at once can't all be tried: none where the key is
 * blocked. A minute after the last free failure, doubling, an hour at most.
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
const FORGET = 'DELETE FROM identity.throttle WHERE key = $1';

/** How many failures are free: of one account, of one address that many share. */
const FREE_FAILURES = { account: 5, address: 50 };

/** Who is trying: an account by the name that was given, and from where. */
export interface Attempt {
  readonly name: string;
  readonly address: string;
}

/**
 * Lets an attempt in, and counts it as a failure until {@link succeeded} says otherwise.
 *
 * @returns seconds until another is let in; 0: this one is
 */
export async function admitAttempt(db: Queryable, attempt: Attempt): Promise<number> {
  const [account, address] = keysOf(attempt);
  const ofAddress = await countOrBlocked(db, address, FREE_FAILURES.address);
  if (ofAddress > 0) return ofAddress;
  const ofAccount = await countOrBlocked(db, account, FREE_FAILURES.account);
  if (ofAccount > 0) await takeBack(db, address);
  return ofAccount;
}

/** The attempt was none to be counted: what failed before of the account is forgotten. */
export async function succeeded(db: Queryable, attempt: Attempt): Promise<void> {
  const [account, address] = keysOf(attempt);
  await db.query({ text: FORGET, values: [account] });
  await takeBack(db, address);
}

/** Opens the door of a name again, wherever the failures came from. */
export async function forgetFailures(db: Queryable, name: string): Promise<void> {
  await db.query({ text: FORGET, values: [keysOf({ name, address: '' })[0]] });
}

async function countOrBlocked(db: Queryable, key: string, free: number): Promise<number> {
  const { rowCount } = await db.query({ text: COUNT, values: [key, free] });
  if (rowCount > 0) return 0;
  return (await db.query<{ seconds: number | null }>({ text: BLOCKED, values: [key] })).rows[0]?.seconds ?? 1;
}

async function takeBack(db: Queryable, address: string): Promise<void> {
  await db.query({ text: TAKE_BACK, values: [address, FREE_FAILURES.address] });
}

function keysOf({ name, address }: Attempt): [account: string, address: string] {
  return [`account:${name.toLowerCase().slice(0, 200)}`, `address:${address}`];
}
