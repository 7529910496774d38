import { randomBytes } from 'node:crypto';
import type { Queryable } from '@alzette/kit/database';
import { conflict, missing, refused } from '@alzette/kit/problems';
import type { Booking, Resource } from '../contract/contract.ts';
import type { StateKind } from '../contract/procedure.ts';
import { record } from '../dossiers/record.ts';
import type { ProcedureParts } from '../parts.ts';
import {
  bookingsOf,
  countOfPerson,
  countWaiting,
  expiredOffers,
  freePlaces,
  insertBooking,
  type KeptBooking,
  lockSlot,
  readResources,
  readTaken,
  readWaiting,
  setState,
  takeAgain,
  takePlaces,
} from './booking-rows.ts';
import { type RuledSlot, slotOfId, slotsOf } from './slots.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export interface Wish {
  readonly tenant: string;
  readonly dossier: string;
  readonly resource: string;
  readonly slot: string;
  readonly amount: number;
  /** Keyed hash of the e-mail address. */
  readonly person: string | undefined;
  /** Onto the waiting list if the last place has gone. */
  readonly waits: boolean;
}

/** The wanted slot has not as many places left. */
export class SlotTaken extends Error {
  readonly wish: Wish;

  constructor(wish: Wish) {
    super(`slot: ${wish.slot} has not ${wish.amount} left`);
    this.wish = wish;
  }
}

type BookParts = Pick<ProcedureParts, 'db' | 'territories' | 'secrets' | 'tell'>;

/**
 * Books in the transaction of the dossier: the statement that takes the places decides who gets the last one.
 *
 * @throws SlotTaken; Problem 400: no such slot; 409: the person has too many bookings
 */
export async function book(parts: BookParts, tx: Queryable, wish: Wish, now = new Date()): Promise<Booking['state']> {
  const { tenant, dossier, resource: id, amount, person, waits } = wish;
  const resource = await resourceOf(tx, tenant, id);
  const slot = slotOfId(id, resource, parts.territories.of(tenant), wish.slot, now);
  if (slot === undefined) throw refused('slot', wish.slot, `a slot of ${id} that can be booked now`);
  const most = resource.mostEach ?? resource.capacity;
  if (!(amount > 0 && amount <= most)) throw refused('amount', amount, `more than 0, at most ${most}`);
  const isSure = await takePlaces(tx, tenant, id, slot, { amount, capacity: resource.capacity });
  // After the lock of the slot, so that two requests of a person do not both count none.
  if (person !== undefined && (await countOfPerson(tx, tenant, id, person)) >= resource.openBookingsEach) {
    throw conflict(
      `slot: this e-mail address has ${resource.openBookingsEach} bookings to come, which is the most`,
      'full',
    );
  }
  if (!isSure && !(waits && (await countWaiting(tx, tenant, slot.id)) < resource.waitingPlaces))
    throw new SlotTaken(wish);
  const state = isSure ? 'confirmed' : 'waiting';
  await insertBooking(tx, tenant, {
    id: randomBytes(8).toString('hex'),
    dossier,
    slot: slot.id,
    resource: id,
    amount,
    state,
    person,
    remindAt: isSure ? remindAt(resource, slot.from) : undefined,
  });
  return state;
}

/** When a booking is reminded of. Undefined: not at all. */
export function remindAt({ remindHours }: Pick<Resource, 'remindHours'>, from: Date): Date | undefined {
  return remindHours === 0 ? undefined : new Date(from.getTime() - remindHours * HOUR_MS);
}

/** The next slot with enough places, for whom the wanted one is full. */
export async function nextFree(parts: BookParts, { tenant, resource: id, slot, amount }: Wish, now = new Date()) {
  const resource = (await readResources(parts.db, tenant)).get(id);
  if (resource === undefined) return undefined;
  const wanted = slotOfId(id, resource, parts.territories.of(tenant), slot, now);
  const from = wanted?.from ?? now;
  const to = new Date(now.getTime() + resource.aheadDays * DAY_MS);
  const slots = await shownSlots(parts, tenant, id, resource, { from, to, now });
  return slots.find((each) => each.free >= amount);
}

/** Slots with what is free of them. */
export async function shownSlots(
  { db, territories }: BookParts,
  tenant: string,
  id: string,
  resource: Resource,
  { from, to, now }: { readonly from: Date; readonly to: Date; readonly now: Date },
) {
  const taken = await readTaken(db, tenant, id, from, to);
  const day = (at: Date) => at.toLocaleDateString('sv', { timeZone: territories.of(tenant).timeZone });
  const ruled = slotsOf(id, resource, territories.of(tenant), { from: day(from), to: day(to), now });
  return ruled.map((slot) => shownSlot(slot, resource, taken.get(slot.id)));
}

function shownSlot(
  { id, from, to }: RuledSlot,
  { capacity }: Resource,
  { taken = 0, waiting = 0 }: { readonly taken?: number; readonly waiting?: number } = {},
) {
  const free = Math.max(0, Math.round((capacity - taken) * 1000) / 1000);
  return { id, from: from.toISOString(), to: to.toISOString(), capacity, free, waiting };
}

/** Cancels a booking, and offers its place. @returns false: it was cancelled already */
export async function cancel(
  parts: BookParts,
  tx: Queryable,
  { tenant, id, slot, amount, resource: resourceId }: KeptBooking,
  from: readonly Booking['state'][] = ['confirmed', 'offered', 'waiting'],
  now = new Date(),
): Promise<boolean> {
  await lockSlot(tx, tenant, slot);
  const held = from.filter((state) => state !== 'waiting');
  if (await setState(tx, tenant, id, 'cancelled', { from: held })) {
    await freePlaces(tx, tenant, slot, amount);
    const resource = (await readResources(tx, tenant)).get(resourceId);
    if (resource !== undefined) await offer(parts, tx, { tenant, slot, resource, now });
    return true;
  }
  return from.includes('waiting') && setState(tx, tenant, id, 'cancelled', { from: ['waiting'] });
}

/** A dossier that ends as refused or closed gives up its place in a slot to come. */
export async function cancelIfRefused(
  parts: BookParts,
  tx: Queryable,
  { tenant, id }: { readonly tenant: string; readonly id: string },
  kind: StateKind,
  now = new Date(),
): Promise<void> {
  if (kind !== 'refused' && kind !== 'closed') return;
  const booking = await bookingOf(tx, tenant, id);
  if (booking !== undefined && booking.from > now) await cancel(parts, tx, booking, undefined, now);
}

/** Offers free places of a locked slot to those who wait, in their order, if they are enough for them. */
async function offer(
  parts: BookParts,
  tx: Queryable,
  {
    tenant,
    slot,
    resource,
    now,
  }: { readonly tenant: string; readonly slot: string; readonly resource: Resource; readonly now: Date },
): Promise<void> {
  for (const { id, dossier, amount } of await readWaiting(tx, tenant, slot)) {
    if (!(await takeAgain(tx, tenant, slot, { amount, capacity: resource.capacity }))) continue;
    const offeredUntil = new Date(now.getTime() + resource.offerHours * HOUR_MS);
    await setState(tx, tenant, id, 'offered', { from: ['waiting'], offeredUntil });
    await record(parts, tx, { tenant, id: dossier }, { at: now, by: 'product', act: 'book', state: 'offered' });
  }
}

/** Accepts an offered place. @throws Problem 409: the offer has ended */
export async function accept(tx: Queryable, booking: KeptBooking): Promise<void> {
  const { tenant, id, from, resource: resourceId } = booking;
  const resource = await resourceOf(tx, tenant, resourceId);
  const isOffered = await setState(tx, tenant, id, 'confirmed', {
    from: ['offered'],
    remindAt: remindAt(resource, from),
  });
  if (!isOffered) throw conflict('booking: the offer has ended', 'decided');
}

/** Ends offers that nobody accepted, and offers their places to the next. @returns how many */
export async function endOffers(parts: BookParts, now = new Date()): Promise<number> {
  const expired = await expiredOffers(parts.db);
  for (const booking of expired) {
    const { tenant, dossier } = booking;
    await parts.db.transaction(async (tx) => {
      if (!(await cancel(parts, tx, booking, ['offered'], now))) return;
      await record(parts, tx, { tenant, id: dossier }, { at: now, by: 'product', act: 'cancelBooking' });
    });
  }
  return expired.length;
}

/** @throws Problem 404 */
async function resourceOf(db: Queryable, tenant: string, id: string): Promise<Resource> {
  const resource = (await readResources(db, tenant)).get(id);
  if (resource === undefined) throw missing('resource', id);
  return resource;
}

/** The booking of a dossier as people see it; undefined: there is none. */
export async function bookingOf(db: Queryable, tenant: string, dossier: string): Promise<KeptBooking | undefined> {
  return (await bookingsOf(db, tenant, [dossier])).get(dossier);
}

export function shownBooking(kept: KeptBooking, resources: ReadonlyMap<string, Resource>): Booking {
  const { id, resource, from, to, amount, state, rank, offeredUntil } = kept;
  return {
    id,
    resource,
    name: resources.get(resource)?.name ?? { fr: resource },
    from: from.toISOString(),
    to: to.toISOString(),
    amount,
    state,
    ...(rank > 0 && { rank }),
    ...(offeredUntil !== null && state === 'offered' && { offeredUntil: offeredUntil.toISOString() }),
  };
}
