import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Database } from '@alzette/kit/database';
import type { Secrets } from '@alzette/kit/service';

/** The header that authenticates notifications of our own subscriptions. */
export const NOTIFY_HEADER = 'x-rules-secret';
const OWNER = 'rules.notify';

const KEEP = `INSERT INTO rules.secret (sealed) VALUES ($1) ON CONFLICT DO NOTHING`;
const SELECT = `SELECT sealed FROM rules.secret`;

export interface NotifySecret {
  readonly secret: string;
  isOurs(given: unknown): boolean;
}

/** The secret of all processes on the database, generated at the first start. */
export async function openNotifySecret(db: Database, secrets: Secrets): Promise<NotifySecret> {
  await db.query({ text: KEEP, values: [secrets.seal(randomBytes(32).toString('base64url'), OWNER)] });
  const { rows } = await db.query<{ sealed: string }>({ text: SELECT });
  const secret = secrets.open(rows[0]?.sealed ?? '', OWNER);
  const wanted = sha256(secret);
  return { secret, isOurs: (given) => typeof given === 'string' && timingSafeEqual(sha256(given), wanted) };
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
