import { randomUUID } from 'node:crypto';
import { carriedTrace, newRequestId } from '@alzette/kit/tracing';
import type { Database } from '../database.ts';
import { LONGEST_BODY, type Received } from '../frames/message-ports.ts';
import type { Membership } from '../processes/membership.ts';
import { committedIds, framesAfter, framesPutOff, insertFrames, putOffFrames } from './inbox-rows.ts';
import { AGAIN_MS, PutOffTenants } from './put-off-tenants.ts';
import type { FramePutOff, Reading, ReadMessage, StoredFrame } from './stored-frame.ts';
import { TakenFrames } from './taken-frames.ts';

const INSERT_AT_ONCE = 1_000;
const KEPT_IN_MEMORY = 20_000;
/** How long a statement whose answer was lost may still be committed. */
const SWEPT_MS = 60_000;
const SWEEP_EVERY_MS = 2_000;

interface Arrival {
  readonly receivedAt: string;
  readonly topic: string;
  readonly body: Uint8Array;
  readonly reading: Reading;
  readonly trace: string;
  readonly committed: () => void;
  readonly failed: (cause: unknown) => void;
}

type Member = Pick<Membership, 'process' | 'isAlone' | 'isValid' | 'takes' | 'taken' | 'notifyFrames'>;

/**
 * The durable queue between reception and delivery. `receive` resolves when the frame is committed, and only then may
 * it be acknowledged. Frames are taken in order of their ids: from memory while this process is alone and they fit,
 * otherwise those of its partitions from the table. So an unavailable broker fills the table, not the memory, and after
 * a restart this or another process continues.
 *
 * Frames of a tenant whose node is away can be put off: they are left in the table, marked, and taken up in order when
 * the node answers, before later ones of the tenant.
 */
export class Inbox {
  readonly #db: Database;
  readonly #read: ReadMessage;
  /** Known when the first frame arrives. */
  readonly #membership: () => Member;
  readonly #taken = new TakenFrames();
  readonly #putOff = new PutOffTenants();
  #again: NodeJS.Timeout | undefined;
  /** How often frames were gained that another process has put off. */
  #learned = 0;
  /** The table was read to its end after so many of them. */
  #readAfter = 0;
  readonly #arrivals: Arrival[] = [];
  readonly #turns: (() => Promise<void>)[] = [];
  #writing: Promise<void> | undefined;
  #ready: StoredFrame[] = [];
  #lastTaken = 0;
  /**
   * The table may contain frames that are not in `#ready`: true at start, after an overflow, and with other processes.
   */
  #isBehind = true;
  /**
   * Some of them may be before `#lastTaken`: ids are assigned before the commit, so those of other transactions may
   * appear late.
   */
  #isBefore = true;
  #insertions = 0;
  #isClosed = false;
  /** Until then the table may receive frames of a statement with an unknown outcome. */
  #sweepUntil = 0;
  #sweeping: NodeJS.Timeout | undefined;
  /** The last frames had been put off. */
  #wasTakenUp = false;
  #wake: (() => void) | undefined;

  constructor(db: Database, read: ReadMessage, membership: () => Member) {
    this.#db = db;
    this.#read = read;
    this.#membership = membership;
  }

  /** Whether all messages of the FIWARE device are settled, as far as this process can know. */
  isPast(device: string): boolean {
    if (this.#isClosed || this.#isBehind || this.#putOff.size > 0) return false;
    return this.#taken.isPast(device) && this.#membership().isAlone();
  }

  receive(topic: string, body: Uint8Array, received?: Received): Promise<void> {
    if (this.#isClosed) return Promise.reject(new Error('the inbox is closed'));
    return new Promise((committed, failed) => {
      const kept = body.length > LONGEST_BODY ? body.subarray(0, LONGEST_BODY) : body;
      const cleaned = topic.replaceAll('\0', '\uFFFD');
      const receivedAt = received?.at ?? new Date().toISOString();
      const reading = { ...this.#read(cleaned, kept, receivedAt), isRepeated: received?.isAgain ?? false };
      if (reading.device !== undefined) this.#taken.expect(reading.device);
      const trace = carriedTrace() ?? newRequestId();
      this.#arrivals.push({ receivedAt, topic: cleaned, body: kept, reading, trace, committed, failed });
      this.#writing ??= this.#write();
    });
  }

  /**
   * The next frames, at least one and at most `max`; none after the inbox was closed. In turns with those that were put
   * off.
   *
   * @param isWaiting whether earlier frames of the tenant still wait for its node
   */
  async take(max: number, isWaiting: (tenant: string) => boolean): Promise<StoredFrame[]> {
    let mayTakeUp = !this.#wasTakenUp;
    while (!this.#isClosed) {
      if (this.#membership().isValid()) {
        const up = mayTakeUp && this.#putOff.size > 0 ? await this.#takeUp(max, isWaiting) : [];
        this.#wasTakenUp = up.length > 0;
        if (up.length > 0) return up;
        mayTakeUp = true;
        const frames =
          this.#ready.length > 0 ? this.#fromMemory(max) : this.#isBehind ? await this.#readTable(max) : [];
        this.#putOff.takeOthers();
        if (frames.length > 0) return frames;
        if (this.#ready.length > 0 || this.#isBehind || this.#putOff.due(isWaiting).length > 0) continue;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    return [];
  }

  /** The table may contain frames of another process. */
  look(): void {
    // Frames in memory precede those that are only in the table: they are taken first, then the table is read.
    this.#isBehind = true;
    this.#isBefore = true;
    this.#insertions += 1;
    this.wake();
  }

  /** Another part of this process inserted frames into the table. */
  reload(): void {
    this.look();
    this.#membership().notifyFrames();
  }

  /** The lease is valid again. */
  wake(): void {
    this.#wake?.();
  }

  /** Whether frames of the tenant are put off, behind which later ones have to wait. */
  isPutOff(tenant: string): boolean {
    return this.#putOff.has(tenant);
  }

  /** Leaves frames that were taken in the table, until the nodes of their tenants answer. */
  async putOff(frames: readonly FramePutOff[]): Promise<void> {
    await putOffFrames(this.#db, frames, this.#membership().process);
    for (const { id, tenant } of frames) {
      this.#taken.release(id);
      this.#putOff.add(tenant);
    }
    this.#lookAgain();
  }

  /** Another process has put off frames of these tenants, which are now of this process. */
  learnPutOff(tenants: readonly string[]): void {
    if (tenants.length === 0) return;
    for (const tenant of tenants) this.#putOff.learn(tenant);
    this.#learned += 1;
    this.look();
    this.#lookAgain();
  }

  /** Whether this process has taken the frame and still owns its partition. */
  holds(id: number): boolean {
    return this.#taken.has(id);
  }

  /** These have been deleted from the table. */
  settled(ids: readonly number[]): void {
    for (const id of ids) this.#taken.release(id);
  }

  /** The number of frames of the partition that are taken and not settled. */
  underWay(partition: number): number {
    return this.#taken.underWay(partition);
  }

  /** Frames taken from these partitions now belong to another process. */
  drop(partitions: readonly number[]): void {
    this.#taken.releaseAll(partitions);
  }

  /** Runs code that inserts into the table, sequentially with `receive`, so that ids are committed in order. */
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
    clearTimeout(this.#again);
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

  /** Inserts them. If the answer is lost, finds out whether they were committed. @throws the error of the database */
  async #insertSurely(batch: readonly Arrival[]): Promise<number[]> {
    const name = randomUUID();
    try {
      return await insertFrames(this.#db, batch, name);
    } catch (cause) {
      if (!isInDoubt(cause)) throw cause;
      const ids = await committedIds(this.#db, name).catch(() => []);
      if (ids.length === batch.length) return ids;
      // The statement may still be running; what it commits is found in the table.
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

  /** Frames that are only in the table are taken from there. */
  #leave(messages: readonly { readonly reading?: Reading }[]): void {
    for (const { reading } of messages) if (reading?.device !== undefined) this.#taken.settle(reading.device);
  }

  /** Keeps them in memory; false: they are only in the table. */
  #keep(batch: readonly Arrival[], ids: readonly number[]): boolean {
    this.#insertions += 1;
    const { isAlone, takes, notifyFrames } = this.#membership();
    if (!isAlone()) {
      this.#isBefore = true;
      this.#isBehind = true;
      if (batch.some(({ reading }) => !takes(reading.partition))) notifyFrames();
      return false;
    }
    if (this.#isBehind || this.#ready.length + batch.length > KEPT_IN_MEMORY) {
      this.#isBehind = true;
      return false;
    }
    // The table was read after the commit but before its answer arrived, so these have already been taken.
    if (ids.some((id) => id <= this.#lastTaken)) {
      this.#isBefore = true;
      this.#isBehind = true;
      return false;
    }
    for (const [index, { receivedAt, topic, body, reading, trace }] of batch.entries()) {
      const { partition } = reading;
      this.#ready.push({ id: ids[index] ?? 0, receivedAt, topic, body, replayed: false, partition, trace, reading });
    }
    return true;
  }

  /** Takes again and again what was put off, while there is any. */
  #lookAgain(): void {
    if (this.#putOff.size === 0 || this.#isClosed) return;
    this.#again ??= setTimeout(() => {
      this.#again = undefined;
      this.wake();
      this.#lookAgain();
    }, AGAIN_MS).unref();
  }

  async #takeUp(max: number, isWaiting: (tenant: string) => boolean): Promise<StoredFrame[]> {
    const learned = this.#learned;
    // Earlier ones that the other process did not put off are put off first, which restores the order.
    if (this.#readAfter < learned) return [];
    for (const tenant of this.#putOff.due(isWaiting)) {
      const partitions = this.#membership().taken();
      const frames = await framesPutOff(this.#db, tenant, max, partitions, this.#taken.ids());
      this.#putOff.takeUp(tenant, frames.length < max && this.#learned === learned);
      this.#taken.take(frames);
      if (frames.length > 0) return frames;
    }
    return [];
  }

  async #readTable(max: number): Promise<StoredFrame[]> {
    const inserted = this.#insertions;
    const learned = this.#learned;
    const after = this.#isBefore ? 0 : this.#lastTaken;
    const frames = await framesAfter(this.#db, after, max, this.#membership().taken(), this.#taken.ids());
    // In the same step as the next line, so that nothing is added to memory in between.
    this.#take(frames);
    if (frames.length < max && after === 0) this.#readAfter = learned;
    // Fewer than requested, and none inserted meanwhile: memory and table are consistent again.
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
    // If a partition was given up meanwhile, the next process reads from the table.
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

/** The connection was lost during the statement, so it may have been committed. */
function isInDoubt(cause: unknown): boolean {
  return typeof cause === 'object' && cause !== null && 'inDoubt' in cause && cause.inDoubt === true;
}
