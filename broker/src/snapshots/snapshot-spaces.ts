import { namedCache } from '@alzette/kit/caches';
import type { Database } from '../database/database.ts';
import { SNAPSHOT_GONE_CHANNEL, type SnapshotStore } from './snapshot-store.ts';

/** Cached data is read again after this time, because a notice of another process may be lost. */
const REMEMBERED_MS = 10_000;
const KEPT_BYTES = 4 * 1024 * 1024;

/** The internal tenant with the data of a snapshot. */
interface SnapshotSpace {
  readonly space: string;
  /** It is still being filled. */
  readonly isPreparing: boolean;
}

interface Remembered {
  readonly space: string;
  readonly until: number;
}

/** Finds the spaces of snapshots that requests name, and records their use. */
export class SnapshotSpaces {
  readonly #store: SnapshotStore;
  readonly #remembered = namedCache<Remembered>('snapshot_spaces', KEPT_BYTES, 'broker');
  #used = new Map<string, Date>();
  #stopListening = async () => {};

  private constructor(store: SnapshotStore) {
    this.#store = store;
  }

  static async open(db: Database, store: SnapshotStore): Promise<SnapshotSpaces> {
    const spaces = new SnapshotSpaces(store);
    spaces.#stopListening = await db.listen(SNAPSHOT_GONE_CHANNEL, (space) => spaces.#forgetSpace(space));
    return spaces;
  }

  /** Undefined: the tenant has no such snapshot. */
  async find(tenant: string, id: string): Promise<SnapshotSpace | undefined> {
    const key = keyOf(tenant, id);
    const now = Date.now();
    const known = this.#remembered.get(key);
    if (known !== undefined && known.until > now) return this.#use(known.space, false);
    const found = await this.#store.get(tenant, id);
    if (found === undefined) {
      this.#remembered.delete(key);
      return undefined;
    }
    const isPreparing = found.status === 'preparing';
    if (!isPreparing) {
      const until = Math.min(now + REMEMBERED_MS, found.expiresAt.getTime());
      this.#remembered.set(key, { space: found.space, until }, 2 * found.space.length);
    }
    return this.#use(found.space, isPreparing);
  }

  /** Must be called when it has changed or ended; other processes learn of its end. */
  forget(tenant: string, id: string): void {
    this.#remembered.delete(keyOf(tenant, id));
  }

  /** Writes down which were used. */
  async settle(): Promise<void> {
    if (this.#used.size === 0) return;
    const used = this.#used;
    this.#used = new Map();
    await this.#store.touch(used);
  }

  close(): Promise<void> {
    return this.#stopListening();
  }

  #use(space: string, isPreparing: boolean): SnapshotSpace {
    this.#used.set(space, new Date());
    return { space, isPreparing };
  }

  #forgetSpace(space: string): void {
    for (const [key, remembered] of this.#remembered.entries())
      if (remembered.space === space) this.#remembered.delete(key);
  }
}

function keyOf(tenant: string, id: string): string {
  return `${tenant}\0${id}`;
}
