import type { Queryable } from '@alzette/kit/database';

/** By the clock of the database, because clocks of processes differ. */
const TAKE = `
  INSERT INTO rules.lease (name, holder, until) VALUES ($1, $2, now() + $3 * interval '1 millisecond')
  ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
  WHERE rules.lease.holder = excluded.holder OR rules.lease.until < now()
  RETURNING holder`;
const HOLD = `SELECT 1 FROM rules.lease WHERE name = $1 AND holder = $2 AND until > now() FOR SHARE`;
const GIVE_UP = `DELETE FROM rules.lease WHERE name = $1 AND holder = $2`;

/** Takes or renews the lease. False: another process holds it. */
export async function takeLease(db: Queryable, name: string, holder: string, forMs: number): Promise<boolean> {
  const { rowCount } = await db.query({ name: 'rules-take-lease', text: TAKE, values: [name, holder, forMs] });
  return rowCount > 0;
}

/** Whether we hold the lease; it then stays ours until the transaction ends. */
export async function holdsLease(tx: Queryable, name: string, holder: string): Promise<boolean> {
  return (await tx.query({ name: 'rules-hold-lease', text: HOLD, values: [name, holder] })).rowCount > 0;
}

export async function giveUpLease(db: Queryable, name: string, holder: string): Promise<void> {
  await db.query({ text: GIVE_UP, values: [name, holder] });
}
