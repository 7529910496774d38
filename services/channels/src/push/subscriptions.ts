import { createHash } from 'node:crypto';
import type { Queryable } from '@alzette/kit/database';
import type { ServiceContext } from '@alzette/kit/service';
import type { PushSubscription } from '../contract/contract.ts';

const SAVE = `
  INSERT INTO channels.push_subscription (tenant, endpoint_hash, recipient, sealed) VALUES ($1, $2, $3, $4)
  ON CONFLICT (tenant, endpoint_hash) DO UPDATE SET recipient = excluded.recipient, sealed = excluded.sealed`;
const OF_RECIPIENT = `
  SELECT endpoint_hash FROM channels.push_subscription WHERE tenant = $1 AND recipient = $2 ORDER BY created_at`;
const FIND = `SELECT sealed FROM channels.push_subscription WHERE tenant = $1 AND recipient = $2 AND endpoint_hash = $3`;
const DELETE = `DELETE FROM channels.push_subscription WHERE tenant = $1 AND recipient = $2 AND endpoint_hash = $3`;

const ownerOf = (hash: string) => `channels.push:${hash}`;

/** A hash that identifies an endpoint without revealing it. */
export function endpointHash(endpoint: string): string {
  return createHash('sha256').update(endpoint).digest('base64url');
}

export async function savePushSubscription(
  db: Queryable,
  secrets: ServiceContext['secrets'],
  tenant: string,
  recipient: string,
  subscription: PushSubscription,
): Promise<string> {
  const hash = endpointHash(subscription.endpoint);
  const sealed = secrets.seal(JSON.stringify(subscription), ownerOf(hash));
  await db.query({ text: SAVE, values: [tenant, hash, recipient, sealed] });
  return hash;
}

export async function pushAddresses(db: Queryable, tenant: string, recipient: string): Promise<string[]> {
  const { rows } = await db.query<{ endpoint_hash: string }>({ text: OF_RECIPIENT, values: [tenant, recipient] });
  return rows.map(({ endpoint_hash }) => endpoint_hash);
}

export async function openPushSubscription(
  db: Queryable,
  secrets: ServiceContext['secrets'],
  tenant: string,
  recipient: string,
  hash: string,
): Promise<PushSubscription | undefined> {
  const { rows } = await db.query<{ sealed: string }>({ text: FIND, values: [tenant, recipient, hash] });
  return rows[0] && (JSON.parse(secrets.open(rows[0].sealed, ownerOf(hash))) as PushSubscription); // written by this file
}

export async function deletePushSubscription(
  db: Queryable,
  tenant: string,
  recipient: string,
  hash: string,
): Promise<boolean> {
  return (await db.query({ text: DELETE, values: [tenant, recipient, hash] })).rowCount === 1;
}
