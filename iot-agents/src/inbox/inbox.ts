import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../database.ts';
import { LONGEST_BODY } from '../frames/message-ports.ts';
import type { UplinkFrame } from '../frames/uplink-frame.ts';
import type { Membership } from '../processes/membership.ts';
import { PARTITIONS } from '../processes/partition-of.ts';

const INSERT_FRAMES = `
  INSERT INTO iot.inbox (received_at, topic, body, partition, batch)
  SELECT received_at, topic, substring($3::bytea FROM start FOR length), partition, $7::uuid
  FROM unnest($1::timestamptz[], $2::text[], $4::int[], $5::int[], $6::smallint[])
    WITH ORDINALITY AS frame (received_at, topic, start, length, partition, n)
  ORDER BY n
  RETURNING id`;

const IDS_OF_BATCH = 'SELECT id FROM iot.inbox WHERE batch = $1 ORDER BY id';

const FRAMES_AFTER = `
  SELECT id, received_at, topic, body, replayed, partition FROM iot.inbox
  WHERE id > $1 AND partition = ANY($3::smallint[]) AND id <> ALL($4::bigint[])
  ORDER BY id LIMIT $2`;

/** A message as it came, acknowledged to its sender. */
export interface StoredFrame {
  readonly id: number;
  readonly receivedAt: string;
  /** MQTT topic, or path and query of a webhook. */
  readonly topic: string;
  readonly body: Uint8Array;
  /** Sent on again from quarantine: no duplicate of itself. */
  readonly replayed: boolean;
  readonly partition: number;
  /** As it was read when it came; absent: it was taken from the table. */
  readonly reading?: Reading;
}

/** Whose a message is, and the frame that it is, if it is one of a network server. */
export interface Reading {
  readonly partition: number;
  readonly frame?: UplinkFrame;
  /** `<apikey>/<device_id>` of a FIWARE device. */
  readonly device?: string;
  /** It was tried before by another way, which may have written some of it. */
  readonly isRepeated?: boolean;
}

/**
 * Whether nothing of the message can have been written yet: it came just now. What was taken from the table may be the
 * work of a process that was ended before it was done.
 */
export function isFirstTry({ reading }: StoredFrame): boolean {
  return reading !== undefined && reading.isRepeated !== true;
}

export type ReadMessage = (topic: string, body: Uint8Array, receivedAt: string) => Reading;

/**
 * The durable queue between receiving and delivering. `receive` resolves when the frame is committed, and only then may
 * the sender be told. Frames are taken in the order of their ids: from memory while this process is alone and they fit,
 * else those of its partitions from the table; so a broker that is down fills the table, not the memory, and a restart,
 * or another process, goes on where one stopped.
 */
export interface Inbox {
  /** `receivedAt`: it came then, and was tried by another way first. */
  receive(topic: string, body: Uint8Array, receivedAt?: string): Promise<void>;
  /** Whether all that came of the FIWARE device is settled, as far as this process alone can know. */
  isPast(device: string): boolean;
  /** The next frames, at least one, at most `max`; none once the inbox is closed. */
  take(max: number): Promise<StoredFrame[]>;
  /** Frames were put into the table by another hand of this process. */
  reload(): void;
  /** Runs what puts frames into the table itself, in turn with `receive`: so that ids are committed in their order. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  /** There may be frames of another process in the table. */
  look(): void;
  /** The lease is valid again. */
  wake(): void;
  /** Whether the frame was taken here and its partition has not gone to another process since. */
  holds(id: number): boolean;
  /** These are gone from the table. */
  settled(ids: readonly number[]): void;
  /** How many frames of the partition are taken and not settled. */
  underWay(partition: number): number;
  /** What was taken of these partitions is no longer ours. */
  drop(partitions: readonly number[]): void;
  close(): Promise<void>;
}
const INSERT_AT_ONCE = 1_000;
const KEPT_IN_MEMORY = 20_000;
/** For so long a statement whose answer was lost may still be committed. */
const SWEPT_MS = 60_000;
const SWEEP_EVERY_MS = 2_000;
const LOOKS = 20;
const LOOK_EVERY_MS = 250;

interface Arrival {
  readonly receivedAt: string;
  readonly topic: string;
  readonly body: Uint8Array;
  readonly reading: Reading;
  readonly committed: () => void;
  readonly failed: (cause: unknown) => void;
}

export function createInbox(
  db: Database,
  read: ReadMessage,
  /** Known when the first frame comes. */
  membership: () => Pick<Membership, 'isAlone' | 'isValid' | 'takes' | 'taken' | 'tell'>,
): Inbox {
  const arrivals: Arrival[] = [];
  const turns: (() => Promise<void>)[] = [];
  let writing: Promise<void> | undefined;
  let ready: StoredFrame[] = [];
  let lastTaken = 0;
  /** The table may hold frames that `ready` doesn't: true at start, after an overflow, and among other processes. */
  let behind = true;
  /** Some of them before `lastTaken`: ids are given before the commit, so another hand's may show late. */
  let before = true;
  let insertions = 0;
  let closed = false;
  /** Until then the table may get frames by a statement whose outcome is not known. */
  let sweepUntil = 0;
  let sweeping: NodeJS.Timeout | undefined;
  let wake: (() => void) | undefined;
  /** The partition of each frame that is taken and not settled. */
  const taken = new Map<number, number>();
  const underWay = new Int32Array(PARTITIONS);
  /** Messages of each FIWARE device that are not settled. */
  const unsettled = new Map<string, number>();
  /** The device of each that is taken. */
  const deviceOf = new Map<number, string>();
  /** Taken from the table, whosever they are. */
  const unknown = new Set<number>();

  const write = async (): Promise<void> => {
    for (let turn = turns.shift(); turn !== undefined || arrivals.length > 0; turn = turns.shift()) {
      if (turn !== undefined) {
        await turn();
        continue;
      }
      const batch = arrivals.splice(0, INSERT_AT_ONCE);
      try {
        const ids = await insertSurely(batch);
        if (!keep(batch, ids)) leave(batch);
        for (const { committed } of batch) committed();
      } catch (cause) {
        leave(batch);
        for (const { failed } of batch) failed(cause);
      }
      wake?.();
    }
    writing = undefined;
  };

  /** Inserts them; where the answer is lost, looks whether they were committed. @throws what the database said */
  const insertSurely = async (batch: readonly Arrival[]): Promise<number[]> => {
    const name = randomUUID();
    try {
      return await insert(db, batch, name);
    } catch (cause) {
      if (!isInDoubt(cause)) throw cause;
      const ids = await committedIds(db, name).catch(() => []);
      if (ids.length === batch.length) return ids;
      // The statement may be running yet: whatever it still commits is found in the table.
      sweepUntil = Date.now() + SWEPT_MS;
      sweep();
      throw cause;
    }
  };

  const sweep = (): void => {
    look();
    if (closed || Date.now() > sweepUntil) return;
    clearTimeout(sweeping);
    sweeping = setTimeout(sweep, SWEEP_EVERY_MS);
    sweeping.unref();
  };

  /** What of these is in the table, it is taken from there. */
  const leave = (messages: readonly { readonly reading?: Reading }[]): void => {
    for (const { reading } of messages) if (reading?.device !== undefined) isSettled(reading.device);
  };

  /** In memory; false: in the table alone. */
  const keep = (batch: readonly Arrival[], ids: readonly number[]): boolean => {
    insertions += 1;
    const { isAlone, takes, tell } = membership();
    if (!isAlone()) {
      before = true;
      behind = true;
      if (batch.some(({ reading }) => !takes(reading.partition))) tell();
      return false;
    }
    if (behind || ready.length + batch.length > KEPT_IN_MEMORY) {
      behind = true;
      return false;
    }
    for (const [index, { receivedAt, topic, body, reading }] of batch.entries()) {
      const { partition } = reading;
      ready.push({ id: ids[index] ?? 0, receivedAt, topic, body, replayed: false, partition, reading });
    }
    return true;
  };

  const readTable = async (max: number): Promise<StoredFrame[]> => {
    const inserted = insertions;
    const frames = await framesAfter(db, before ? 0 : lastTaken, max, membership().taken(), [...taken.keys()]);
    // Fewer than asked for, and none inserted meanwhile: memory and table agree again.
    if (frames.length < max && insertions === inserted) {
      behind = false;
      before = false;
    }
    return frames;
  };

  const fromMemory = (max: number): StoredFrame[] => {
    const frames = ready.length <= max ? ready : ready.slice(0, max);
    ready = ready.length <= max ? [] : ready.slice(max);
    const { takes } = membership();
    // Of a partition that has been given up since, the table tells the next process.
    const others = frames.filter(({ partition }) => !takes(partition));
    if (others.length === 0) return frames;
    leave(others);
    return frames.filter(({ partition }) => takes(partition));
  };

  const mark = (frames: readonly StoredFrame[]): void => {
    for (const { id, partition, reading } of frames) {
      taken.set(id, partition);
      if (reading === undefined) unknown.add(id);
      else if (reading.device !== undefined) deviceOf.set(id, reading.device);
      underWay[partition] = (underWay[partition] ?? 0) + 1;
      if (id > lastTaken) lastTaken = id;
    }
  };

  const isSettled = (device: string): void => {
    const left = (unsettled.get(device) ?? 0) - 1;
    if (left > 0) unsettled.set(device, left);
    else unsettled.delete(device);
  };

  const release = (id: number, partition: number): void => {
    taken.delete(id);
    unknown.delete(id);
    const device = deviceOf.get(id);
    if (device !== undefined) {
      deviceOf.delete(id);
      isSettled(device);
    }
    underWay[partition] = (underWay[partition] ?? 0) - 1;
  };

  const look = (): void => {
    // What memory holds comes before what the table holds beyond it: it is taken first, the rest is read.
    behind = true;
    before = true;
    insertions += 1;
    wake?.();
  };

  const reload = (): void => {
    look();
    membership().tell();
  };

  return {
    isPast(device) {
      return !closed && !behind && unknown.size === 0 && !unsettled.has(device) && membership().isAlone();
    },
    receive(topic, body, earlier) {
      if (closed) return Promise.reject(new Error('the inbox is closed'));
      return new Promise((committed, failed) => {
        const kept = body.length > LONGEST_BODY ? body.subarray(0, LONGEST_BODY) : body;
        const cleaned = topic.replaceAll('\0', '\uFFFD');
        const receivedAt = earlier ?? new Date().toISOString();
        const reading = { ...read(cleaned, kept, receivedAt), isRepeated: earlier !== undefined };
        const { device } = reading;
        if (device !== undefined) unsettled.set(device, (unsettled.get(device) ?? 0) + 1);
        arrivals.push({ receivedAt, topic: cleaned, body: kept, reading, committed, failed });
        writing ??= write();
      });
    },

    async take(max) {
      while (!closed) {
        if (membership().isValid()) {
          const frames = ready.length > 0 ? fromMemory(max) : behind ? await readTable(max) : [];
          if (frames.length > 0) {
            mark(frames);
            return frames;
          }
          if (ready.length > 0 || behind) continue;
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        wake = undefined;
      }
      return [];
    },

    look,
    reload,
    wake: () => wake?.(),
    holds: (id) => taken.has(id),
    settled(ids) {
      for (const id of ids) {
        const partition = taken.get(id);
        if (partition !== undefined) release(id, partition);
      }
    },
    underWay: (partition) => underWay[partition] ?? 0,
    drop(partitions) {
      const gone = new Set(partitions);
      for (const [id, partition] of taken) if (gone.has(partition)) release(id, partition);
    },

    inTurn(work) {
      if (closed) return Promise.reject(new Error('the inbox is closed'));
      return new Promise((resolve, reject) => {
        turns.push(() => work().then(resolve, reject).finally(reload));
        writing ??= write();
      });
    },

    async close() {
      closed = true;
      clearTimeout(sweeping);
      wake?.();
      await writing;
    },
  };
}

async function insert(db: Database, batch: readonly Arrival[], name: string): Promise<number[]> {
  const starts: number[] = [];
  const lengths: number[] = [];
  let start = 1;
  for (const { body } of batch) {
    starts.push(start);
    lengths.push(body.length);
    start += body.length;
  }
  const { rows } = await db.query<{ id: number }>({
    name: 'iot-insert-frames',
    text: INSERT_FRAMES,
    // One run of bytes for all bodies: an array of bytea would travel as escaped text.
    values: [
      batch.map(({ receivedAt }) => receivedAt),
      batch.map(({ topic }) => topic),
      Buffer.concat(batch.map(({ body }) => body)),
      starts,
      lengths,
      batch.map(({ reading }) => reading.partition),
      name,
    ],
  });
  return rows.map(({ id }) => Number(id));
}

/** The connection was lost while the statement ran, so it may have been committed. */
function isInDoubt(cause: unknown): boolean {
  return typeof cause === 'object' && cause !== null && 'inDoubt' in cause && cause.inDoubt === true;
}

/** Asks until the database answers, for a while. @throws what it said last */
async function committedIds(db: Database, name: string): Promise<number[]> {
  for (let left = LOOKS; ; left -= 1) {
    try {
      const { rows } = await db.query<{ id: number }>({ text: IDS_OF_BATCH, values: [name] });
      return rows.map(({ id }) => Number(id));
    } catch (cause) {
      if (left === 0) throw cause;
      await sleep(LOOK_EVERY_MS);
    }
  }
}

async function framesAfter(
  db: Database,
  id: number,
  max: number,
  partitions: readonly number[],
  except: readonly number[],
): Promise<StoredFrame[]> {
  const { rows } = await db.query<{
    id: number;
    received_at: Date;
    topic: string;
    body: Uint8Array;
    replayed: boolean;
    partition: number;
  }>({
    name: 'iot-frames-after',
    text: FRAMES_AFTER,
    values: [id, max, partitions, except],
  });
  return rows.map((row) => ({
    id: Number(row.id),
    receivedAt: new Date(row.received_at).toISOString(),
    topic: row.topic,
    body: row.body,
    replayed: row.replayed,
    partition: row.partition,
  }));
}
