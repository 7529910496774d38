import type { Queryable } from '@alzette/kit/database';
import { Problem } from '@alzette/kit/problems';

const HOUR_S = 3600;
const COUNT = `
  INSERT INTO reports.rate AS r (subject, hour, n) VALUES ($1, date_trunc('hour', now()), 1)
  ON CONFLICT (subject, hour) DO UPDATE SET n = r.n + 1 RETURNING n`;
const READ = `SELECT n FROM reports.rate WHERE subject = $1 AND hour = date_trunc('hour', now())`;
const FORGET = `DELETE FROM reports.rate WHERE hour < now() - interval '2 hours'`;

/** Counts an event of a subject in this hour. @param subject a hash. @returns the count including this one */
export async function countOne(db: Queryable, tenant: string, subject: string): Promise<number> {
  return (await db.query<{ n: number }>({ text: COUNT, values: [inTenant(tenant, subject)] })).rows[0]?.n ?? 1;
}

/** The events of a subject in this hour so far. */
export async function countSoFar(db: Queryable, tenant: string, subject: string): Promise<number> {
  return (await db.query<{ n: number }>({ text: READ, values: [inTenant(tenant, subject)] })).rows[0]?.n ?? 0;
}

/** Limits are settings of a tenant, so what its citizens send uses up nothing of another's. */
function inTenant(tenant: string, subject: string): string {
  return `${subject}@${tenant}`;
}

/** @param what for the error, e.g. `posts of a device`. @throws Problem 429: more than `most` in this hour */
export async function limitRate(
  db: Queryable,
  tenant: string,
  subject: string,
  most: number,
  what: string,
): Promise<number> {
  const n = await countOne(db, tenant, subject);
  if (n <= most) return n;
  const retryAfter = HOUR_S - (Math.floor(Date.now() / 1000) % HOUR_S);
  throw new Problem(429, 'Too many requests', `At most ${most} ${what} in an hour`, {
    headers: { 'Retry-After': retryAfter },
  });
}

export async function forgetRates(db: Queryable): Promise<number> {
  return (await db.query({ text: FORGET })).rowCount;
}
