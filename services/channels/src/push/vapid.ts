import type { Database } from '@alzette/kit/database';
import type { ServiceContext } from '@alzette/kit/service';

/**
 * The key pair that identifies us to push services (RFC 8292): P-256, base64url; the public key as an uncompressed
 * point.
 */
export interface VapidKeys {
  readonly publicKey: string;
  readonly privateKey: string;
}

const KEEP = 'INSERT INTO channels.vapid_key (public_key, private_key) VALUES ($1, $2) ON CONFLICT (single) DO NOTHING';
const READ = 'SELECT public_key, private_key FROM channels.vapid_key';
const OWNER = 'channels.vapid';

/** The product's single key pair, created at the first start. */
export async function openVapidKeys(db: Database, secrets: ServiceContext['secrets']): Promise<VapidKeys> {
  const read = async () => (await db.query<{ public_key: string; private_key: string }>({ text: READ })).rows[0];
  let row = await read();
  if (row === undefined) {
    const made = await newKeys();
    await db.query({ text: KEEP, values: [made.publicKey, secrets.seal(made.privateKey, OWNER)] });
    row = await read(); // another process may have been first
  }
  if (row === undefined) throw new Error('could not store the key of push messages');
  return { publicKey: row.public_key, privateKey: secrets.open(row.private_key, OWNER) };
}

async function newKeys(): Promise<VapidKeys> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const point = Buffer.from(await crypto.subtle.exportKey('raw', pair.publicKey)).toString('base64url');
  const { d } = await crypto.subtle.exportKey('jwk', pair.privateKey);
  if (d === undefined) throw new Error('the P-256 key has no private value');
  return { publicKey: point, privateKey: d };
}
