import { randomUUID } from 'node:crypto';
import type { Database } from '../database.ts';
import { LONGEST_BODY } from '../frames/message-ports.ts';
import type { Membership } from '../processes/membership.ts';
import { committedIds, framesAfter, insertFrames } from './inbox-rows.ts';
import type { Reading, ReadMessage, StoredFrame } from './stored-frame.ts';
import { TakenFrames } from './taken-frames.ts';

const INSERT_AT_ONCE = 1_000;
const KEPT_IN_MEMORY = 20_000;
/** For so long a statement whose answer was lost may still be committed. */
const SWEPT_MS = 60_000;
const SWEEP_EVERY_MS = 2_000;

interface Arrival {
  readonly receivedAt: string;
  readonly topic: string;
  readonly body: Uint8Array;
  readonly reading: Reading;
  readonly committed: () => void;
  readonly failed: (cause: unknown) => void;
}

type Member = Pick<Membership, 'isAlone' | 'isValid' | 'takes' | 'taken' | 'tell'>;

/**
 * The durable queue between receiving and delivering. `receive` resolves when the frame is committed, and only then may
 * the sender be told. Frames are taken in the order of their ids: from memory while this process is alone and they fit,
 * else those of its partitions from the table; so a broker that is down fills the table, not the memory, and a restart,
 * or another process, goes on where one stopped.
 */
export class Inbox {
  readonly #db: Database;
  readonly #read: ReadMessage;
  /** Known when the first frame comes. */
  readonly #membership: () => Member;
  readonly #taken = new TakenFrames();
  readonly #arrivals: Arrival[] = [];
  readonly #turns: (() => Promise<void>)[] = [];
  #writing: Promise<void> | undefined;
  #ready: StoredFrame[] = [];
  #lastTaken = 0;
  /** The table may hold frames that `#ready` doesn't: true at start, after an overflow, and among other processes. */
  #isBehind = true;
  /** Some of them before `#lastTaken`: ids are given before the commit, so another hand's may show late. */
  #isBefore = true;
  #insertions = 0;
  #isClosed = false;
  /** Until then the table may get frames by a statement whose outcome is not known. */
  #sweepUntil = 0;
  #sweeping: NodeJS.Timeout | undefined;
  #wake: (() => void) | undefined;

  constructor(db: Database, read: ReadMessage, membership: () => Member) {
    this.#db = db;
    this.#read = read;
    this.#membership = membership;
  }

  /** Whether all that came of the FIWARE device is settled, as far as this process alone can know. */
  isPast(device: string): boolean {
    return !this.#isClosed && !this.#isBehind && this.#taken.isPast(device) && this.#membership().isAlone();
  }

  /** @param earlier it came then, and was tried by another way first */
  receive(topic: string, body: Uint8Array, earlier?: string): Promise<void> {
    if (this.#isClosed) return Promise.reject(new Error('the inbox is closed'));
    return new Promise((committed, failed) => {
      const kept = body.length > LONGEST_BODY ? body.subarray(0, LONGEST_BODY) : body;
      const cleaned = topic.replaceAll('\0', '\uFFFD');
      const receivedAt = earlier ?? new Date().toISOString();
      const reading = { ...this.#read(cleaned, kept, receivedAt), isRepeated: earlier !== undefined };
      if (reading.device !== undefined) this.#taken.expect(reading.device);
      this.#arrivals.push({ receivedAt, topic: cleaned, body: kept, reading, committed, failed });
      this.#writing ??= this.#write();
    });
  }

  /** The next frames, at least one, at most `max`; none once the inbox is closed. */
  async take(max: number): Promise<StoredFrame[]> {
    while (!this.#isClosed) {
      if (this.#membership().isValid()) {
        const frames =
          this.#ready.length > 0 ? this.#fromMemory(max) : this.#isBehind ? await this.#readTable(max) : [];
        if (frames.length > 0) return frames;
        if (this.#ready.length > 0 || this.#isBehind) continue;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    return [];
  }

  /** There may be frames of another process in the table. */
  look(): void {
    // What memory holds comes before what the table holds beyond it: it is taken first, the rest is read.
    this.#isBehind = true;
    this.#isBefore = true;
    this.#insertions += 1;
    this.wake();
  }

  /** Frames were put into the table by another hand of this process. */
  reload(): void {
    this.look();
    this.#membership().tell();
  }

  /** The lease is valid again. */
  wake(): void {
    this.#wake?.();
  }

  /** Whether the frame was taken here and its partition has not gone to another process since. */
  holds(id: number): boolean {
    return this.#taken.has(id);
  }

  /** These are gone from the table. */
  settled(ids: readonly number[]): void {
    for (const id of ids) this.#taken.release(id);
  }

  /** How many frames of the partition are taken and not settled. */
  underWay(partition: number): number {
    return this.#taken.underWay(partition);
  }

  /** What was taken of these partitions is no longer ours. */
  drop(partitions: readonly number[]): void {
    this.#taken.releaseAll(partitions);
  }

  /** Runs what puts frames into the table itself, in turn with `receive`: so that ids are committed in their order. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isClosed) return Promise.reject(new Error('the inbox is closed'));
    return new Promise((resolve, reject) => {
      this.#turns.push(() =>
        work()
          .then(resolve, reject)
          .finally(() => this.reload()),
      );
      this.#writing ??= this.#write();
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#sweeping);
    this.wake();
    await this.#writing;
  }

  async #write(): Promise<void> {
    for (let turn = this.#turns.shift(); turn !== undefined || this.#arrivals.length > 0; turn = this.#turns.shift()) {
      if (turn !== undefined) {
        await turn();
        continue;
      }
      const batch = this.#arrivals.splice(0, INSERT_AT_ONCE);
      try {
        const ids = await this.#insertSurely(batch);
        if (!this.#keep(batch, ids)) this.#leave(batch);
        for (const { committed } of batch) committed();
      } catch (cause) {
        this.#leave(batch);
        for (const { failed } of batch) failed(cause);
      }
      this.wake();
    }
    this.#writing = undefined;
  }

  /** Inserts them; where the answer is lost, looks whether they were committed. @throws what the database said */
  async #insertSurely(batch: readonly Arrival[]): Promise<number[]> {
    const name = randomUUID();
    try {
      return await insertFrames(this.#db, batch, name);
    } catch (cause) {
      if (!isInDoubt(cause)) throw cause;
      const ids = await committedIds(this.#db, name).catch(() => []);
      if (ids.length === batch.length) return ids;
      // The statement may be running yet: whatever it still commits is found in the table.
      this.#sweepUntil = Date.now() + SWEPT_MS;
      this.#sweep();
      throw cause;
    }
  }

  #sweep(): void {
    this.look();
    if (this.#isClosed || Date.now() > this.#sweepUntil) return;
    clearTimeout(this.#sweeping);
    this.#sweeping = setTimeout(() => this.#sweep(), SWEEP_EVERY_MS);
    this.#sweeping.unref();
  }

  /** What of these is in the table, it is taken from there. */
  #leave(messages: readonly { readonly reading?: Reading }[]): void {
    for (const { reading } of messages) if (reading?.device !== undefined) this.#taken.settle(reading.device);
  }

  /** In memory; false: in the table alone. */
  #keep(batch: readonly Arrival[], ids: readonly number[]): boolean {
    this.#insertions += 1;
    const { isAlone, takes, tell } = this.#membership();
    if (!isAlone()) {
      this.#isBefore = true;
      this.#isBehind = true;
      if (batch.some(({ reading }) => !takes(reading.partition))) tell();
      return false;
    }
    if (this.#isBehind || this.#ready.length + batch.length > KEPT_IN_MEMORY) {
      this.#isBehind = true;
      return false;
    }
    // The table was read after the commit and before its answer came: these are taken already.
    if (ids.some((id) => id <= this.#lastTaken)) {
      this.#isBefore = true;
      this.#isBehind = true;
      return false;
    }
    for (const [index, { receivedAt, topic, body, reading }] of batch.entries()) {
      const { partition } = reading;
      this.#ready.push({ id: ids[index] ?? 0, receivedAt, topic, body, replayed: false, partition, reading });
    }
    return true;
  }

  async #readTable(max: number): Promise<StoredFrame[]> {
    const inserted = this.#insertions;
    const after = this.#isBefore ? 0 : this.#lastTaken;
    const frames = await framesAfter(this.#db, after, max, this.#membership().taken(), this.#taken.ids());
    // In the same step as the next line, so that what is kept in memory meanwhile is none of these.
    this.#take(frames);
    // Fewer than asked for, and none inserted meanwhile: memory and table agree again.
    if (frames.length < max && this.#insertions === inserted) {
      this.#isBehind = false;
      this.#isBefore = false;
    }
    return frames;
  }

  #fromMemory(max: number): StoredFrame[] {
    const frames = this.#ready.length <= max ? this.#ready : this.#ready.slice(0, max);
    this.#ready = this.#ready.length <= max ? [] : this.#ready.slice(max);
    const { takes } = this.#membership();
    // Of a partition that has been given up since, the table tells the next process.
    const others = frames.filter(({ partition }) => !takes(partition));
    this.#leave(others);
    const own = others.length === 0 ? frames : frames.filter(({ partition }) => takes(partition));
    this.#take(own);
    return own;
  }

  #take(frames: readonly StoredFrame[]): void {
    this.#taken.take(frames);
    for (const { id } of frames) if (id > this.#lastTaken) this.#lastTaken = id;
  }
}

/** The connection was lost while the statement ran, so it may have been committed. */
function isInDoubt(cause: unknown): boolean {
  return typeof cause === 'object' && cause !== null && 'inDoubt' in cause && cause.inDoubt === true;
}
