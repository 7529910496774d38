import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import type { Logger } from 'pino';
import type { Database, Queryable } from '../database.ts';
import * as rows from './membership-rows.ts';
import { PARTITIONS } from './partition-of.ts';

/**
 * The share of this process in the work on a database. Each process holds some partitions under a lease that it renews.
 * When a process dies, others take over its partitions after the lease has expired; a process that can't renew its
 * lease stops before that by its own clock.
 */
export interface Membership {
  readonly process: string;
  /** Whether no other process uses the database. */
  isAlone(): boolean;
  /** Whether the lease is valid by our own clock. */
  isValid(): boolean;
  /** Resolves when it is valid. @throws AbortError */
  untilValid(signal: AbortSignal): Promise<void>;
  /** Whether this process may take frames of the partition. */
  takes(partition: number): boolean;
  taken(): readonly number[];
  /** Tells other processes that the inbox has frames for them. */
  notifyFrames(): void;
  /** Looks at once for other processes, as it does every second or two. */
  renew(): Promise<void>;
  close(): Promise<void>;
}

interface MembershipOptions {
  readonly db: Database;
  readonly logger: Logger;
  /** The number of frames of the partition that are taken and not settled. */
  readonly underWay: (partition: number) => number;
  /**
   * Partitions were gained: cached data of their devices may be outdated. The earlier process has put off frames of
   * `waitedFor`, tenants whose nodes were away.
   */
  readonly onGained: (partitions: readonly number[], waitedFor: readonly string[]) => void;
  /** Partitions were lost to another process, although frames of them may be in progress here. */
  readonly onLost: (partitions: readonly number[]) => void;
  /** The inbox may have frames of other processes. */
  readonly onFrames: () => void;
  /** After each renewal. */
  readonly onRenewed?: () => void;
}

const LEASE_MS = 10_000;
const RENEW_MS = 1_500;
/** This process stops this long before others begin. */
const MARGIN_MS = 2_000;
/** After our own lease had ended, others have this time to renew theirs: the database was away from all of us. */
const RETURN_MS = LEASE_MS;
const CHANNEL = 'iot_inbox';
const TELL = `SELECT send_message('${CHANNEL}', $1)`;

/** Memberships within this process, of which tests have several. */
const OURS = new Set<string>();

// Longer than 80 lines: short functions that share the state at its top.
export async function joinMembers(options: MembershipOptions): Promise<Membership> {
  const { db, logger, underWay } = options;
  const self = randomUUID();
  OURS.add(self);
  const here = { process: self, machine: machine(), pid: process.pid };
  const isGone = (other: rows.Member): boolean =>
    // No other process can have the embedded database open.
    db.kind === 'pglite' ? !OURS.has(other.process) : isGoneFrom(here.machine, other);
  let owned = new Set<number>();
  /** Released as soon as none of their frames is in progress. */
  let leaving = new Set<number>();
  let validUntil = Number.NEGATIVE_INFINITY;
  let others = 0;
  let returnedAt = Number.NEGATIVE_INFINITY;
  let closed = false;
  let onValid: (() => void)[] = [];

  const renewOnce = async (): Promise<void> => {
    const begun = performance.now();
    const isBack = begun < returnedAt + RETURN_MS;
    const state = await db.transaction((tx) => shareOut(tx, { here, isGone, isBack, leaving, underWay }));
    if (state.hadEnded) returnedAt = begun;
    validUntil = begun + LEASE_MS - MARGIN_MS;
    others = state.others;
    const gained = [...state.owned].filter((partition) => !owned.has(partition));
    const lost = [...owned].filter((partition) => !state.owned.has(partition));
    owned = state.owned;
    leaving = state.leaving;
    if (lost.length > 0) options.onLost(lost);
    if (gained.length > 0) options.onGained(gained, state.waitedFor);
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
    // There is another process that we don't know yet: from now on the inbox table is authoritative.
    if (others === 0) others = 1;
    options.onFrames();
  });
  const frameNotice = createFrameNotice(db, self);
  if (others > 0) await frameNotice.now();
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
    notifyFrames() {
      if (others > 0 && !closed) frameNotice.soon();
    },
    renew,
    async close() {
      closed = true;
      clearInterval(timer);
      await stopListening();
      await renewing.catch(() => undefined);
      await frameNotice.done();
      onValid = [];
      await db.transaction(async (tx) => {
        await rows.lockMembers(tx);
        await rows.releasePartitions(tx, [self]);
      });
      OURS.delete(self);
      await frameNotice.now();
    },
  };
}

interface Sharing {
  readonly here: { readonly process: string; readonly machine: string | null; readonly pid: number };
  readonly isGone: (other: rows.Member) => boolean;
  /** Whether our own lease had ended not long ago. */
  readonly isBack: boolean;
  /** Partitions to be released when none of their frames is in progress. */
  readonly leaving: ReadonlySet<number>;
  readonly underWay: (partition: number) => number;
}

/** Runs in one process at a time: renews leases, buries dead processes, and assigns partitions. */
async function shareOut(
  tx: Queryable,
  { here, isGone, isBack, leaving, underWay }: Sharing,
): Promise<{ owned: Set<number>; leaving: Set<number>; others: number; waitedFor: string[]; hadEnded: boolean }> {
  const self = here.process;
  await rows.lockMembers(tx);
  const hadEnded = await rows.renewLease(tx, here, LEASE_MS);
  const isWaiting = isBack || hadEnded;
  const known = (await rows.members(tx)).filter((member) => member.process !== self);
  const dead = known.filter((member) => (!member.isAlive && !isWaiting) || isGone(member));
  if (dead.length > 0)
    await rows.releasePartitions(
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
  const waitedFor = claimed.length > 0 ? await rows.tenantsWaitedFor(tx, claimed) : [];
  for (const partition of released) mine.delete(partition);
  for (const partition of claimed) mine.add(partition);
  const still = new Set(tooMany.filter((partition) => mine.has(partition)));
  return { owned: mine, leaving: still, others: living, waitedFor, hadEnded };
}

/** Tells other processes that there are frames for them. While a message is being sent, the next one waits. */
function createFrameNotice(db: Database, self: string) {
  let sending: Promise<void> | undefined;
  let tellAgain = false;
  const now = (): Promise<unknown> => db.query({ text: TELL, values: [self] });
  const notifyAll = async (): Promise<void> => {
    while (tellAgain) {
      tellAgain = false;
      // A process that does not receive the message looks at its next renewal.
      await now().catch(() => undefined);
    }
    sending = undefined;
  };
  return {
    now,
    soon(): void {
      tellAgain = true;
      sending ??= notifyAll();
    },
    done: async (): Promise<void> => sending,
  };
}

/** The boot id and the pid namespace of this machine; null: unknown. */
function machine(): string | null {
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return null;
  }
}

/** Whether a process on this machine has ended, so that nobody needs to wait for its lease. */
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
