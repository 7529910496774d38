import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Database } from '@alzette/kit/database';
import type { Secrets } from '@alzette/kit/service';

const OWNER = 'reports.secret-key';
const KEEP = 'INSERT INTO reports.secret_key (sealed) VALUES ($1) ON CONFLICT DO NOTHING';
const SELECT = 'SELECT sealed FROM reports.secret_key';

/** Hashes that nobody can make or guess who hasn't the key. */
export interface Keyed {
  /** @param purpose keeps hashes of one kind from being used as another's */
  hash(purpose: string, ...parts: readonly string[]): string;
  isHash(given: string, purpose: string, ...parts: readonly string[]): boolean;
}

/** One key for all processes on the database, drawn at the first start. */
export async function openKeyed(db: Database, secrets: Secrets): Promise<Keyed> {
  await db.query({ text: KEEP, values: [secrets.seal(randomBytes(32).toString('base64url'), OWNER)] });
  const { rows } = await db.query<{ sealed: string }>({ text: SELECT });
  const key = Buffer.from(secrets.open(rows[0]?.sealed ?? '', OWNER), 'base64url');
  const hash = (purpose: string, ...parts: readonly string[]) =>
    createHmac('sha256', key)
      .update(JSON.stringify([purpose, ...parts]))
      .digest('base64url');
  return {
    hash,
    isHash(given, ...of) {
      const [got, expected] = [Buffer.from(given), Buffer.from(hash(...of))];
      return got.length === expected.length && timingSafeEqual(got, expected);
    },
  };
}

/** What opens a report to its author: its id, and what only we can make of it. */
export function followToken(keyed: Keyed, tenant: string, id: string): string {
  return `${id}.${keyed.hash('follow', tenant, id)}`;
}

/** The report that a token opens; undefined: none. */
export function reportOfToken(keyed: Keyed, tenant: string, token: string): string | undefined {
  const [id = '', hash = ''] = token.split('.');
  return keyed.isHash(hash, 'follow', tenant, id) ? id : undefined;
}
