import type { Caller } from '../access/caller.ts';
import { isRetryable } from '../database/database-errors.ts';
import type { KeyValue } from '../model/represent/key-values.ts';
import { tenantOfSpace } from '../model/snapshot-space.ts';
import type { SubscriptionOwner } from '../subscriptions/subscription.ts';
import { deleteAll } from '../tenants/data/delete-all.ts';
import { type FillParts, fillClone, fillSnapshot } from './fill-snapshot.ts';
import type { SnapshotSpaces } from './snapshot-spaces.ts';
import type { OwedNotice, SnapshotStore, StoredSnapshot } from './snapshot-store.ts';

export interface SnapshotJobParts extends FillParts {
  readonly store: SnapshotStore;
  readonly spaces: SnapshotSpaces;
  /** The owner as a caller, with their current rights. */
  readonly ownerAsCaller: (owner: SubscriptionOwner | undefined, tenant: string) => Caller;
  /** Whether the notification was accepted. Never rejects. */
  readonly send: (notice: OwedNotice, receiverInfo: readonly KeyValue[]) => Promise<boolean>;
  /** @throws Error: they were encrypted with another key */
  readonly openReceiver: (pairs: readonly KeyValue[], space: string) => readonly KeyValue[];
  readonly log: { error(fields: object, message: string): void; warn(fields: object, message: string): void };
}

const EVERY_MS = 2_000;
/** A snapshot whose filling has killed its process this often is not tried again. */
const MAX_FILLS = 5;
const MAX_ATTEMPTS = 8;

class Stopped extends Error {}

/**
 * Background work of snapshots: fills them, deletes the data of ended ones, and sends their notifications. All tasks
 * are stored first, so that another process or the next run continues unfinished ones.
 */
export class SnapshotJob {
  readonly #parts: SnapshotJobParts;
  readonly #timer: NodeJS.Timeout;
  readonly #running = new Map<string, Promise<void>>();
  readonly #wanted = new Set<string>();
  /** Spaces of recently ended snapshots: they are emptied once more before they are forgotten. */
  readonly #emptied = new Set<string>();
  #isClosed = false;

  constructor(parts: SnapshotJobParts) {
    this.#parts = parts;
    this.#timer = setInterval(() => this.wake(), EVERY_MS);
    this.#timer.unref();
  }

  /** Looks for work immediately. */
  wake(): void {
    this.#start('fill', () => this.#fill());
    this.#start('tidy', () => this.#tidy());
    this.#start('notify', () => this.#notify());
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    await Promise.all(this.#running.values());
    await this.#parts.spaces
      .settle()
      .catch((error) => this.#parts.log.warn({ error }, 'Could not record the use of snapshots'));
  }

  /** Runs one task of each kind at a time; a request during a run is followed by another run. */
  #start(kind: string, work: () => Promise<void>): void {
    if (this.#isClosed) return;
    if (this.#running.has(kind)) {
      this.#wanted.add(kind);
      return;
    }
    const run = work()
      .catch((error) => {
        if (!this.#isClosed) this.#parts.log.error({ error }, `Snapshots: ${kind}`);
      })
      .finally(() => {
        this.#running.delete(kind);
        if (this.#wanted.delete(kind)) this.#start(kind, work);
      });
    this.#running.set(kind, run);
  }

  async #fill(): Promise<void> {
    for (const snapshot of await this.#parts.store.preparing()) {
      if (this.#isClosed) return;
      await this.#alone(snapshot.space, () => this.#fillOne(snapshot));
    }
  }

  async #fillOne(snapshot: StoredSnapshot): Promise<void> {
    const { store, log, problemOf } = this.#parts;
    const { space } = snapshot;
    const source = snapshot.source === undefined ? undefined : await store.ofSpace(snapshot.source);
    if (source?.status === 'preparing') return; // it will be tried again
    const fills = await store.begin(space);
    if (fills === undefined) return;
    if (fills > MAX_FILLS || (snapshot.source !== undefined && source === undefined)) {
      await store.finish(space, { status: 'failure' });
      return;
    }
    try {
      const result = source === undefined ? await this.#execute(snapshot) : await fillClone(this.#parts, source, space);
      await store.finish(space, result);
    } catch (error) {
      if (error instanceof Stopped || this.#isClosed) return;
      if (isRetryable(error)) return; // it will be tried again
      log.error({ error, snapshot: snapshot.id }, 'Could not fill a snapshot');
      const problemDetails = problemOf(error);
      const failures = (list: readonly unknown[] | undefined) =>
        list?.map(() => ({ resultStatus: 'failure' as const, problemDetails }));
      const queriesDetails = failures(snapshot.document.snapshotQueries);
      const temporalQueriesDetails = failures(snapshot.document.snapshotTemporalQueries);
      await store.finish(space, {
        status: 'failure',
        ...(queriesDetails && { queriesDetails }),
        ...(temporalQueriesDetails && { temporalQueriesDetails }),
      });
    }
    this.wake();
  }

  #execute(snapshot: StoredSnapshot) {
    const checkpoint = () => {
      if (this.#isClosed) throw new Stopped();
    };
    const caller = this.#parts.ownerAsCaller(snapshot.owner, snapshot.tenant);
    return fillSnapshot(this.#parts, snapshot, caller, checkpoint);
  }

  async #tidy(): Promise<void> {
    const { db, store, spaces } = this.#parts;
    await spaces.settle();
    await store.endExpired();
    for (const { space, isOld } of await store.ended()) {
      if (this.#isClosed) return;
      if (!isOld && this.#emptied.has(space)) continue;
      if (tenantOfSpace(space) === space) throw new Error(`${space} is not the space of a snapshot`);
      await this.#alone(space, async () => {
        await db.transaction((tx) => deleteAll(tx, space));
        if (isOld) await store.forget(space);
        if (isOld) this.#emptied.delete(space);
        else this.#emptied.add(space);
      });
    }
  }

  async #notify(): Promise<void> {
    const { store, send, openReceiver, log } = this.#parts;
    for (;;) {
      const notice = this.#isClosed ? undefined : await store.claimNotice();
      if (notice === undefined) return;
      const { id, endpoint, receiverInfo, space, attempts } = notice;
      let pairs: readonly KeyValue[];
      try {
        pairs = openReceiver(receiverInfo, space);
      } catch (error) {
        log.error({ error, endpoint }, 'The secrets of a snapshot notification are encrypted with another key');
        await store.settleNotice(id);
        continue;
      }
      if (await send(notice, pairs)) await store.settleNotice(id);
      else if (attempts >= MAX_ATTEMPTS) {
        log.warn({ endpoint }, 'Gave up a notification of a snapshot');
        await store.settleNotice(id);
      }
    }
  }

  /** Runs work on a space with a lock against other processes. */
  async #alone(space: string, work: () => Promise<void>): Promise<void> {
    const unlock = await this.#parts.db.lockName(`snapshot ${space}`);
    if (unlock === undefined) return;
    try {
      await work();
    } finally {
      await unlock();
    }
  }
}
