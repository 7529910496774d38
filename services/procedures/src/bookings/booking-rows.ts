import type { Queryable } from '@alzette/kit/database';
import { ofEachTenant } from '@alzette/kit/each-tenant';
import type { Booking, Resource } from '../contract/contract.ts';
import type { RuledSlot } from './slots.ts';

/** A stored booking, with the times of its slot. */
export interface KeptBooking {
  readonly tenant: string;
  readonly id: string;
  readonly dossier: string;
  readonly slot: string;
  readonly resource: string;
  readonly amount: number;
  readonly state: Booking['state'];
  readonly version: number;
  readonly from: Date;
  readonly to: Date;
  readonly offeredUntil: Date | null;
  /** On the waiting list, from 1; 0: it is not on it. */
  readonly rank: number;
}

const RESOURCES = 'SELECT id, document FROM procedures.resource WHERE tenant = $1 ORDER BY id';
const SAVE_RESOURCE = `
  INSERT INTO procedures.resource (tenant, id, document) VALUES ($1, $2, $3)
  ON CONFLICT (tenant, id) DO UPDATE SET document = excluded.document`;
const REMOVE_RESOURCE = `
  DELETE FROM procedures.resource AS r WHERE tenant = $1 AND id = $2 AND NOT EXISTS (
    SELECT FROM procedures.booking AS b JOIN procedures.slot AS s ON s.tenant = $1 AND s.id = b.slot
    WHERE b.tenant = $1 AND b.resource = $2 AND b.state <> 'cancelled' AND s.ends_at > now())
  RETURNING id`;
const OPEN_SLOT = `
  INSERT INTO procedures.slot (tenant, id, resource, starts_at, ends_at) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (tenant, id) DO NOTHING`;
/** One statement decides who gets the last place: a second one waits for the first, and then finds it gone. */
const TAKE = `
  UPDATE procedures.slot SET taken = taken + $3::numeric
  WHERE tenant = $1 AND id = $2 AND taken + $3::numeric <= $4::numeric RETURNING id`;
const LOCK_SLOT = 'SELECT id FROM procedures.slot WHERE tenant = $1 AND id = $2 FOR UPDATE';
const FREE = 'UPDATE procedures.slot SET taken = taken - $3::numeric WHERE tenant = $1 AND id = $2';
const TAKEN = `
  SELECT s.id, s.taken::float8 AS taken, (SELECT count(*) FROM procedures.booking AS b
    WHERE b.tenant = $1 AND b.slot = s.id AND b.state = 'waiting') AS waiting
  FROM procedures.slot AS s WHERE s.tenant = $1 AND s.resource = $2 AND s.starts_at >= $3 AND s.starts_at < $4`;
const INSERT = `
  INSERT INTO procedures.booking (tenant, id, dossier, slot, resource, amount, state, person, remind_at)
  VALUES ($1, $2, $3, $4, $5, $6::numeric, $7, $8, $9)`;
const ADD_TAKEN = `
  INSERT INTO procedures.slot (tenant, id, resource, starts_at, ends_at, taken) VALUES ($1, $2, $3, $4, $5, $6::numeric)
  ON CONFLICT (tenant, id) DO UPDATE SET taken = slot.taken + excluded.taken`;
const COUNT_PERSON = `
  SELECT count(*) AS n FROM procedures.booking AS b JOIN procedures.slot AS s ON s.tenant = $1 AND s.id = b.slot
  WHERE b.tenant = $1 AND b.resource = $2 AND b.person = $3 AND b.state <> 'cancelled' AND s.ends_at > now()`;
const COUNT_WAITING = `
  SELECT count(*) AS n FROM procedures.booking WHERE tenant = $1 AND slot = $2 AND state = 'waiting'`;
const COLUMNS = `b.tenant, b.id, b.dossier, b.slot, b.resource, b.amount::float8 AS amount, b.state, b.version,
  s.starts_at AS "from", s.ends_at AS "to", b.offered_until AS "offeredUntil",
  CASE WHEN b.state <> 'waiting' THEN 0 ELSE (SELECT count(*) FROM procedures.booking AS w WHERE w.tenant = $1
    AND w.slot = b.slot AND w.state = 'waiting' AND (w.asked_at, w.id) <= (b.asked_at, b.id)) END AS rank`;
const FROM = 'FROM procedures.booking AS b JOIN procedures.slot AS s ON s.tenant = $1 AND s.id = b.slot';
/** The live one, or the last that was cancelled. */
const OF_DOSSIER = `
  SELECT ${COLUMNS} ${FROM} WHERE b.tenant = $1 AND b.dossier = ANY ($2::text[])
  ORDER BY b.dossier, b.state = 'cancelled' DESC, b.asked_at`;
const OF_RESOURCE = `
  SELECT ${COLUMNS} ${FROM} WHERE b.tenant = $1 AND b.resource = $2 AND s.starts_at >= $3 AND s.starts_at < $4
    AND b.state <> 'cancelled' ORDER BY s.starts_at, b.asked_at`;
const SET_STATE = `
  UPDATE procedures.booking SET state = $3, version = version + 1, offered_until = $4, remind_at = $5
  WHERE tenant = $1 AND id = $2 AND state = ANY ($6::text[]) RETURNING id`;
const FIRST_WAITING = `
  SELECT id, dossier, amount::float8 AS amount FROM procedures.booking WHERE tenant = $1 AND slot = $2 AND state = 'waiting'
  ORDER BY asked_at, id LIMIT 20`;
const TENANTS_EXPIRED = `
  SELECT DISTINCT tenant FROM procedures.booking WHERE state = 'offered' AND offered_until <= now() /* all tenants: those with offers that ended */`;
const EXPIRED = `
  SELECT ${COLUMNS} ${FROM} WHERE b.tenant = $1 AND b.state = 'offered' AND b.offered_until <= now() ORDER BY b.offered_until LIMIT 100`;
const TENANTS_TO_REMIND = `
  SELECT DISTINCT tenant FROM procedures.booking WHERE remind_at <= now() /* all tenants: those with bookings to remind of */`;
const TO_REMIND = `
  SELECT ${COLUMNS} ${FROM} WHERE b.tenant = $1 AND b.remind_at <= now() ORDER BY b.remind_at LIMIT 100`;
const REMINDED = `
  UPDATE procedures.booking SET remind_at = NULL WHERE tenant = $1 AND id = $2 AND version = $3 AND remind_at <= now() RETURNING id`;
const FORGET_PERSON = 'UPDATE procedures.booking SET person = NULL WHERE tenant = $1 AND dossier = $2';

export async function readResources(db: Queryable, tenant: string): Promise<Map<string, Resource>> {
  const { rows } = await db.query<{ id: string; document: string }>({ text: RESOURCES, values: [tenant] });
  return new Map(rows.map(({ id, document }) => [id, JSON.parse(document) as Resource])); // written by this file
}

export async function saveResource(db: Queryable, tenant: string, id: string, resource: Resource): Promise<void> {
  await db.query({ text: SAVE_RESOURCE, values: [tenant, id, JSON.stringify(resource)] });
}

/** False: there is none, or it has bookings to come. */
export async function removeResource(db: Queryable, tenant: string, id: string): Promise<boolean> {
  return (await db.query({ text: REMOVE_RESOURCE, values: [tenant, id] })).rows.length > 0;
}

/** Takes places of a slot. False: there are not as many left. The slot is locked until the transaction ends, in both cases. */
export async function takePlaces(
  tx: Queryable,
  tenant: string,
  resource: string,
  slot: RuledSlot,
  { amount, capacity }: { readonly amount: number; readonly capacity: number },
): Promise<boolean> {
  await tx.query({ text: OPEN_SLOT, values: [tenant, slot.id, resource, slot.from, slot.to] });
  await tx.query({ text: LOCK_SLOT, values: [tenant, slot.id] });
  return takeAgain(tx, tenant, slot.id, { amount, capacity });
}

export async function takeAgain(
  tx: Queryable,
  tenant: string,
  slot: string,
  { amount, capacity }: { readonly amount: number; readonly capacity: number },
): Promise<boolean> {
  return (await tx.query({ text: TAKE, values: [tenant, slot, amount, capacity] })).rows.length > 0;
}

export async function lockSlot(tx: Queryable, tenant: string, slot: string): Promise<void> {
  await tx.query({ text: LOCK_SLOT, values: [tenant, slot] });
}

export async function freePlaces(tx: Queryable, tenant: string, slot: string, amount: number): Promise<void> {
  await tx.query({ text: FREE, values: [tenant, slot, amount] });
}

/** How much of the slots of a time is taken, and how many wait. */
export async function readTaken(db: Queryable, tenant: string, resource: string, from: Date, to: Date) {
  const { rows } = await db.query<{ id: string; taken: number; waiting: number }>({
    text: TAKEN,
    values: [tenant, resource, from, to],
  });
  return new Map(rows.map((row) => [row.id, row]));
}

export async function insertBooking(
  tx: Queryable,
  tenant: string,
  booking: Pick<KeptBooking, 'id' | 'dossier' | 'slot' | 'resource' | 'amount' | 'state'> & {
    readonly person: string | undefined;
    readonly remindAt: Date | undefined;
  },
): Promise<void> {
  const { id, dossier, slot, resource, amount, state, person, remindAt } = booking;
  const values = [tenant, id, dossier, slot, resource, amount, state, person ?? null, remindAt ?? null];
  await tx.query({ text: INSERT, values });
}

/** Adds a booking of elsewhere, also where its slot is full: it was given. */
export async function addBooking(
  tx: Queryable,
  tenant: string,
  booking: Parameters<typeof insertBooking>[2] & {
    readonly from: string;
    readonly to: string;
    readonly offeredUntil?: string | undefined;
  },
): Promise<void> {
  const { id, slot, resource, from, to, amount, state, offeredUntil } = booking;
  const taken = state === 'confirmed' || state === 'offered' ? amount : 0;
  await tx.query({ text: ADD_TAKEN, values: [tenant, slot, resource, from, to, taken] });
  await insertBooking(tx, tenant, booking);
  if (offeredUntil !== undefined)
    await setState(tx, tenant, id, state, { from: [state], offeredUntil: new Date(offeredUntil) });
}

/** How many bookings to come a person has. */
export async function countOfPerson(db: Queryable, tenant: string, resource: string, person: string): Promise<number> {
  return (await db.query<{ n: number }>({ text: COUNT_PERSON, values: [tenant, resource, person] })).rows[0]?.n ?? 0;
}

export async function countWaiting(db: Queryable, tenant: string, slot: string): Promise<number> {
  return (await db.query<{ n: number }>({ text: COUNT_WAITING, values: [tenant, slot] })).rows[0]?.n ?? 0;
}

/** By dossier. */
export async function bookingsOf(
  db: Queryable,
  tenant: string,
  dossiers: readonly string[],
): Promise<Map<string, KeptBooking>> {
  const { rows } = await db.query<KeptBooking>({ text: OF_DOSSIER, values: [tenant, dossiers] });
  return new Map(rows.map((row) => [row.dossier, row]));
}

export async function bookingsOfResource(db: Queryable, tenant: string, resource: string, from: Date, to: Date) {
  return (await db.query<KeptBooking>({ text: OF_RESOURCE, values: [tenant, resource, from, to] })).rows;
}

/** @param from the states that it may have. False: it has another */
export async function setState(
  tx: Queryable,
  tenant: string,
  id: string,
  state: Booking['state'],
  {
    from,
    offeredUntil,
    remindAt,
  }: {
    readonly from: readonly Booking['state'][];
    readonly offeredUntil?: Date | undefined;
    readonly remindAt?: Date | undefined;
  },
): Promise<boolean> {
  const values = [tenant, id, state, offeredUntil ?? null, remindAt ?? null, from];
  return (await tx.query({ text: SET_STATE, values })).rows.length > 0;
}

/** Those who wait for a slot, the first ones first. */
export async function readWaiting(tx: Queryable, tenant: string, slot: string) {
  const { rows } = await tx.query<Pick<KeptBooking, 'id' | 'dossier' | 'amount'>>({
    text: FIRST_WAITING,
    values: [tenant, slot],
  });
  return rows;
}

export function expiredOffers(db: Queryable): Promise<KeptBooking[]> {
  return ofEachTenant(db, { text: TENANTS_EXPIRED }, (tenant) => ({ text: EXPIRED, values: [tenant] }));
}

export function bookingsToRemind(db: Queryable): Promise<KeptBooking[]> {
  return ofEachTenant(db, { text: TENANTS_TO_REMIND }, (tenant) => ({ text: TO_REMIND, values: [tenant] }));
}

/** The statement that marks a booking as reminded. */
export function reminded({ tenant, id, version }: KeptBooking) {
  return { text: REMINDED, values: [tenant, id, version] };
}

export async function forgetPerson(tx: Queryable, tenant: string, dossier: string): Promise<void> {
  await tx.query({ text: FORGET_PERSON, values: [tenant, dossier] });
}
