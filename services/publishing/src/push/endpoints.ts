import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Database, Queryable } from '@alzette/kit/database';
import type { ServiceContext } from '@alzette/kit/service';
import type { Device, Wishes } from '../contract/devices.ts';
import type { Language, PushSubscription } from '../ports.ts';
import { addFirstMessage } from './messages.ts';
import { firstMessage } from './push-content.ts';

/** The address of a device: a browser's push subscription, or a token of Google's or Apple's service. */
export type Address = { readonly provider: 'web'; readonly subscription: PushSubscription } | Device;

const SAVE = `
  INSERT INTO publishing.endpoint
    (tenant, provider, address_hash, sealed, secret_hash, confirmation_hash, topics, language, quiet_from, quiet_to)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
  ON CONFLICT (tenant, address_hash) DO UPDATE SET
    sealed = excluded.sealed, secret_hash = excluded.secret_hash, topics = excluded.topics,
    language = excluded.language, confirmation_hash = excluded.confirmation_hash, quiet_from = excluded.quiet_from, quiet_to = excluded.quiet_to
  RETURNING id`;
const UPDATE = `
  UPDATE publishing.endpoint SET topics = $3, language = $4, quiet_from = $5, quiet_to = $6
  WHERE tenant = $1 AND id = $2`;
const FIND =
  'SELECT secret_hash, topics, language, quiet_from, quiet_to FROM publishing.endpoint WHERE tenant = $1 AND id = $2';
const DELETE = 'DELETE FROM publishing.endpoint WHERE tenant = $1 AND id = $2';
const CONFIRM = `
  UPDATE publishing.endpoint SET confirmation_hash = NULL WHERE tenant = $1 AND id = $2 AND confirmation_hash = $3`;
const FORGET_UNCONFIRMED = `
  DELETE FROM publishing.endpoint WHERE confirmation_hash IS NOT NULL AND created_on < current_date - 1
  /* all tenants: the job that deletes what nobody confirmed */`;

const sha256 = (text: string) => createHash('sha256').update(text).digest('base64url');
const ownerOf = (hash: string) => `publishing.endpoint:${hash}`;

interface SavedEndpoint {
  readonly id: string;
  /** Returned once; with it the device can change its preferences. */
  readonly secret: string;
}

/**
 * Stores a device's address and preferences; an existing entry of the same address is replaced. A browser gets a first
 * message, and further ones when it has returned its token: its address may be that of anybody. A token of Google or
 * Apple leads only to the device that has it.
 */
export async function saveEndpoint(
  db: Database,
  secrets: ServiceContext['secrets'],
  tenant: string,
  address: Address,
  wishes: Wishes,
): Promise<SavedEndpoint> {
  if (address.provider !== 'web') return insertEndpoint(db, secrets, tenant, address, wishes);
  const token = randomBytes(24).toString('base64url');
  return db.transaction(async (tx) => {
    const saved = await insertEndpoint(tx, secrets, tenant, address, wishes, sha256(token));
    await addFirstMessage(tx, tenant, saved.id, sha256(token), firstMessage(saved.id, token));
    return saved;
  });
}

/** @param confirmationHash absent: the device needs no confirmation */
export async function insertEndpoint(
  tx: Queryable,
  secrets: ServiceContext['secrets'],
  tenant: string,
  address: Address,
  wishes: Wishes,
  confirmationHash?: string,
): Promise<SavedEndpoint> {
  const hash = sha256(
    address.provider === 'web' ? address.subscription.endpoint : `${address.provider}:${address.token}`,
  );
  const secret = randomBytes(24).toString('base64url');
  const sealed = secrets.seal(JSON.stringify(address), ownerOf(hash));
  const hashes = [hash, sealed, sha256(secret), confirmationHash ?? null];
  const values = [tenant, address.provider, ...hashes, ...wishValues(wishes)];
  const { rows } = await tx.query<{ id: number }>({ text: SAVE, values });
  return { id: String(rows[0]?.id), secret };
}

/** The device has got its first message. False: the token is wrong, or was used. */
export async function confirmEndpoint(db: Queryable, tenant: string, id: string, token: string): Promise<boolean> {
  return (await db.query({ text: CONFIRM, values: [tenant, id, sha256(token)] })).rowCount === 1;
}

/** Runs daily. @returns how many */
export async function forgetUnconfirmed(db: Queryable): Promise<number> {
  return (await db.query({ text: FORGET_UNCONFIRMED })).rowCount;
}

/** @param hash the value of `publishing.endpoint.address_hash` */
export function openAddress(secrets: ServiceContext['secrets'], sealed: string, hash: string): Address {
  return JSON.parse(secrets.open(sealed, ownerOf(hash))) as Address; // written by `saveEndpoint`
}

/** The preferences of a device, for the holder of its secret; undefined: the id or the secret is wrong. */
export async function findWishes(
  db: Queryable,
  tenant: string,
  id: string,
  secret: string,
): Promise<Wishes | undefined> {
  const { rows } = await db.query<{
    secret_hash: string;
    topics: string[];
    language: Language;
    quiet_from: number | null;
    quiet_to: number | null;
  }>({ text: FIND, values: [tenant, id] });
  const [row] = rows;
  if (row === undefined || !timingSafeEqual(Buffer.from(row.secret_hash), Buffer.from(sha256(secret))))
    return undefined;
  const { topics, language, quiet_from: from, quiet_to: to } = row;
  return { topics, language, ...(from !== null && to !== null && { quiet: { from: clock(from), to: clock(to) } }) };
}

export async function updateWishes(db: Queryable, tenant: string, id: string, wishes: Wishes): Promise<void> {
  await db.query({ text: UPDATE, values: [tenant, id, ...wishValues(wishes)] });
}

export async function deleteEndpoint(db: Queryable, tenant: string, id: string): Promise<void> {
  await db.query({ text: DELETE, values: [tenant, id] });
}

function wishValues({ topics, language, quiet }: Wishes): unknown[] {
  return [[...new Set(topics)], language, quiet ? minutes(quiet.from) : null, quiet ? minutes(quiet.to) : null];
}

function minutes(time: string): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return hour * 60 + minute;
}

function clock(minute: number): string {
  const two = (number: number) => String(number).padStart(2, '0');
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}
