import { remembered } from '@alzette/kit/caches';
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

/** Browsers subscribe with the key of a collectivity, so it can take its subscribers along to another installation. */
export type VapidKeysOf = (tenant: string) => Promise<VapidKeys>;

interface KeyRow {
  readonly public_key: string;
  readonly secret: string;
}

const KEEP_FIRST =
  'INSERT INTO channels.vapid_key (public_key, private_key) VALUES ($1, $2) ON CONFLICT (single) DO NOTHING';
const READ_FIRST = 'SELECT public_key, private_key AS secret FROM channels.vapid_key';
const KEEP = `
  INSERT INTO channels.push_key (tenant, public_key, secret) VALUES ($3, $1, $2) ON CONFLICT (tenant) DO NOTHING`;
const READ = 'SELECT public_key, secret FROM channels.push_key WHERE tenant = $1';
/** A tenant that arrives from another installation may bring another. */
const KEPT_FOR_MS = 10_000;

/** The key pair of each tenant, created when it is first needed. */
export function vapidKeysOf(db: Database, secrets: ServiceContext['secrets']): VapidKeysOf {
  const read = async (tenant: string): Promise<KeyRow | undefined> => {
    const asked = tenant === '' ? { text: READ_FIRST } : { text: READ, values: [tenant] };
    return (await db.query<KeyRow>(asked)).rows[0];
  };
  const keep = async (tenant: string) => {
    const owner = ownerOf(tenant);
    const { publicKey, privateKey } = await newKeys();
    const values = [publicKey, secrets.seal(privateKey, owner)];
    await db.query(tenant === '' ? { text: KEEP_FIRST, values } : { text: KEEP, values: [...values, tenant] });
    return read(tenant); // another process may have been first
  };
  return remembered(
    'push keys',
    async (tenant) => {
      const row = (await read(tenant)) ?? (await keep(tenant));
      if (row === undefined) throw new Error('could not store the key of push messages');
      return { publicKey: row.public_key, privateKey: secrets.open(row.secret, ownerOf(tenant)) };
    },
    { forMs: KEPT_FOR_MS },
  );
}

function ownerOf(tenant: string): string {
  return tenant === '' ? 'channels.vapid' : `channels.vapid:${tenant}`;
}

async function newKeys(): Promise<VapidKeys> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const point = Buffer.from(await crypto.subtle.exportKey('raw', pair.publicKey)).toString('base64url');
  const { d } = await crypto.subtle.exportKey('jwk', pair.privateKey);
  if (d === undefined) throw new Error('the P-256 key has no private value');
  return { publicKey: point, privateKey: d };
}
