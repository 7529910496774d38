import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import type { Logger } from 'pino';
import type { Database, Queryable } from '../database.ts';
import * as rows from './membership-rows.ts';
import { PARTITIONS } from './partition-of.ts';

/**
 * This process among those that share a database. Each has some partitions, under a lease that it renews: of one that
 * dies the others take them over when the lease has run out, and one that could not renew stops by its own clock before.
 */
export interface Membership {
  readonly process: string;
  /** No other process serves the database. */
  isAlone(): boolean;
  /** Whether the lease is valid by our own clock. */
  isValid(): boolean;
  /** Resolves when it is. @throws AbortError */
  untilValid(signal: AbortSignal): Promise<void>;
  /** Whether frames of the partition are ours to take. */
  takes(partition: number): boolean;
  taken(): readonly number[];
  /** Frames that others have to take were put into the inbox. */
  tell(): void;
  /** Looks at once whom else there is, as it does every second or two. */
  renew(): Promise<void>;
  close(): Promise<void>;
}

interface MembershipOptions {
  readonly db: Database;
  readonly logger: Logger;
  /** Frames of the partition that were taken and are not settled. */
  readonly underWay: (partition: number) => number;
  /** Partitions have come: what is remembered of their devices may be old. */
  readonly onGained: (partitions: readonly number[]) => void;
  /** Partitions have gone to another process although frames of them may be under way here. */
  readonly onLost: (partitions: readonly number[]) => void;
  /** There may be frames of other processes' in the inbox. */
  readonly onFrames: () => void;
  /** After each renewal. */
  readonly onRenewed?: () => void;
}

const LEASE_MS = 10_000;
const RENEW_MS = 1_500;
/** By which we stop before others begin. */
const MARGIN_MS = 2_000;
const CHANNEL = 'iot_inbox';
const TELL = `SELECT pg_notify('${CHANNEL}', $1)`;

/** Memberships of this very process: tests, for one, have several. */
const OURS = new Set<string>();

// Longer than 80 lines: short functions that share the state at its top.
export async function joinMembers(options: MembershipOptions): Promise<Membership> {
  const { db, logger, underWay } = options;
  const self = randomUUID();
  OURS.add(self);
  const here = { process: self, machine: machine(), pid: process.pid };
  const isGone = (other: rows.Member): boolean =>
    // Nobody else can have the embedded database open.
    db.kind === 'pglite' ? !OURS.has(other.process) : isGoneFrom(here.machine, other);
  let owned = new Set<number>();
  /** Given up when nothing of them is under way any more. */
  let leaving = new Set<number>();
  let validUntil = Number.NEGATIVE_INFINITY;
  let others = 0;
  let closed = false;
  let onValid: (() => void)[] = [];

  const renewOnce = async (): Promise<void> => {
    const begun = performance.now();
    const state = await db.transaction((tx) => shareOut(tx, { here, isGone, leaving, underWay }));
    validUntil = begun + LEASE_MS - MARGIN_MS;
    others = state.others;
    const gained = [...state.owned].filter((partition) => !owned.has(partition));
    const lost = [...owned].filter((partition) => !state.owned.has(partition));
    owned = state.owned;
    leaving = state.leaving;
    if (lost.length > 0) options.onLost(lost);
    if (gained.length > 0) options.onGained(gained);
    if (others > 0) options.onFrames();
    for (const resolve of onValid.splice(0)) resolve();
    options.onRenewed?.();
  };

  let renewing: Promise<void> = Promise.resolve();
  const renew = (): Promise<void> => {
    renewing = renewing.catch(() => undefined).then(() => (closed ? undefined : renewOnce()));
    return renewing;
  };
  await renew();
  const stopListening = await db.listen(CHANNEL, (from) => {
    if (from === self) return;
    // Somebody whom we don't know yet: from now on the inbox's table is what counts.
    if (others === 0) others = 1;
    options.onFrames();
  });
  const teller = createTeller(db, self);
  if (others > 0) await teller.now();
  const timer = setInterval(() => {
    renew().catch((cause: unknown) => {
      if (!closed) logger.warn({ err: cause }, 'the lease on the inbox could not be renewed');
    });
  }, RENEW_MS);
  timer.unref();

  const isValid = (): boolean => performance.now() < validUntil;
  return {
    process: self,
    isAlone: () => others === 0,
    isValid,
    async untilValid(signal) {
      while (!isValid()) {
        signal.throwIfAborted();
        await new Promise<void>((resolve) => {
          onValid.push(resolve);
          signal.addEventListener('abort', () => resolve(), { once: true });
        });
      }
    },
    takes: (partition) => owned.has(partition) && !leaving.has(partition),
    taken: () => [...owned].filter((partition) => !leaving.has(partition)),
    tell() {
      if (others > 0 && !closed) teller.soon();
    },
    renew,
    async close() {
      closed = true;
      clearInterval(timer);
      await stopListening();
      await renewing.catch(() => undefined);
      await teller.done();
      onValid = [];
      await db.transaction(async (tx) => {
        await rows.lockMembers(tx);
        await rows.bury(tx, [self]);
      });
      OURS.delete(self);
      await teller.now();
    },
  };
}

interface Sharing {
  readonly here: { readonly process: string; readonly machine: string | null; readonly pid: number };
  readonly isGone: (other: rows.Member) => boolean;
  /** Partitions that are given up when nothing of them is under way. */
  readonly leaving: ReadonlySet<number>;
  readonly underWay: (partition: number) => number;
}

/** One process at a time: leases, the dead, and who has what. */
async function shareOut(
  tx: Queryable,
  { here, isGone, leaving, underWay }: Sharing,
): Promise<{ owned: Set<number>; leaving: Set<number>; others: number }> {
  const self = here.process;
  await rows.lockMembers(tx);
  await rows.renewLease(tx, here, LEASE_MS);
  const known = (await rows.members(tx)).filter((member) => member.process !== self);
  const dead = known.filter((member) => !member.isAlive || isGone(member));
  if (dead.length > 0)
    await rows.bury(
      tx,
      dead.map((member) => member.process),
    );
  const living = known.length - dead.length;
  const parts = await rows.partitions(tx);
  const mine = new Set(parts.filter((part) => part.process === self).map((part) => part.partition));
  const free = parts.filter((part) => part.process === null).map((part) => part.partition);
  const fair = Math.ceil(PARTITIONS / (living + 1));
  const tooMany = [...mine].slice(fair);
  const released = tooMany.filter((partition) => leaving.has(partition) && underWay(partition) === 0);
  const claimed = tooMany.length > 0 ? [] : free.slice(0, fair - mine.size);
  if (released.length > 0) await rows.assign(tx, released, null);
  if (claimed.length > 0) await rows.assign(tx, claimed, self);
  for (const partition of released) mine.delete(partition);
  for (const partition of claimed) mine.add(partition);
  return { owned: mine, leaving: new Set(tooMany.filter((partition) => mine.has(partition))), others: living };
}

/** Tells the other processes that there are frames for them; while one message is under way, the next waits. */
function createTeller(db: Database, self: string) {
  let telling: Promise<void> | undefined;
  let tellAgain = false;
  const now = (): Promise<unknown> => db.query({ text: TELL, values: [self] });
  const tellAll = async (): Promise<void> => {
    while (tellAgain) {
      tellAgain = false;
      // Who hears nothing looks by itself at its next renewal.
      await now().catch(() => undefined);
    }
    telling = undefined;
  };
  return {
    now,
    soon(): void {
      tellAgain = true;
      telling ??= tellAll();
    },
    done: async (): Promise<void> => telling,
  };
}

/** The boot and the process namespace that a pid is of; null: not to be known here. */
function machine(): string | null {
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return null;
  }
}

/** Of this machine, and no longer there: nobody has to wait for the end of its lease. */
function isGoneFrom(here: string | null, { process: id, machine: where, pid }: rows.Member): boolean {
  if (here === null || where !== here) return false;
  if (pid === process.pid) return !OURS.has(id);
  try {
    process.kill(pid, 0);
    return false;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
