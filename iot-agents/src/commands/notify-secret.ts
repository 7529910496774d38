import { createHash, randomBytes } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Database } from '../database.ts';
import type { Secrets } from '../devices/secret.ts';
import { isSecret, sha256 } from '../devices/secret.ts';

/** The header that proves that a notification comes from one of our subscriptions. */
const HEADER = 'x-notify-secret';
const OWNER = 'notify-secret';

const KEEP = `INSERT INTO iot.notify_secret (secret) VALUES ($1) ON CONFLICT DO NOTHING`;
const SELECT = `SELECT secret FROM iot.notify_secret`;

/** The endpoint of our subscriptions, with a secret: otherwise anyone could request commands there. */
export interface NotifyEndpoint {
  readonly url: string;
  /** For a subscription's endpoint (5.2.15). */
  readonly receiverInfo: readonly { readonly key: string; readonly value: string }[];
  /** Part of the subscription id, which changes with the secret. */
  readonly mark: string;
}

export type IsOurs = (request: FastifyRequest) => boolean;

/**
 * The secret shared by all processes on the database, generated at the first start. `secrets` encrypts it; absent: it
 * is stored in clear.
 */
export async function openNotifySecret(
  db: Database,
  secrets?: Pick<Secrets, 'seal' | 'open'>,
): Promise<{ readonly isOurs: IsOurs; endpoint(url: string): NotifyEndpoint }> {
  const drawn = randomBytes(32).toString('base64url');
  await db.query({ text: KEEP, values: [secrets?.seal(drawn, OWNER) ?? drawn] });
  const { rows } = await db.query<{ secret: string }>({ text: SELECT });
  const kept = rows[0]?.secret ?? '';
  const secret = secrets?.open(kept, OWNER) ?? kept;
  const hash = sha256(secret);
  return {
    isOurs({ headers }) {
      const given = headers[HEADER];
      return typeof given === 'string' && isSecret({ sha256: hash }, given);
    },
    endpoint: (url) => ({
      url,
      receiverInfo: [{ key: HEADER, value: secret }],
      mark: createHash('sha256').update([url, secret].join(' ')).digest('hex').slice(0, 16),
    }),
  };
}
