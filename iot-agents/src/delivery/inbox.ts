import type { Database } from '../database.ts';

const INSERT_FRAMES = `
  INSERT INTO iot.inbox (received_at, topic, body)
  SELECT received_at, topic, substring($3::bytea FROM start FOR length)
  FROM unnest($1::timestamptz[], $2::text[], $4::int[], $5::int[])
    WITH ORDINALITY AS frame (received_at, topic, start, length, n)
  ORDER BY n
  RETURNING id`;

const FRAMES_AFTER = `
  SELECT id, received_at, topic, body, replayed FROM iot.inbox WHERE id > $1 ORDER BY id LIMIT $2`;

/** A message as it came, acknowledged to its sender. */
export interface StoredFrame {
  readonly id: number;
  readonly receivedAt: string;
  /** MQTT topic, or path and query of a webhook. */
  readonly topic: string;
  readonly body: Uint8Array;
  /** Sent on again from quarantine: no duplicate of itself. */
  readonly replayed: boolean;
}

/**
 * The durable queue between receiving and delivering. `receive` resolves when the frame is committed, and only then may
 * the sender be told. Frames are taken in the order of their ids, from memory while they fit, else from the table; so a
 * broker that is down fills the table, not the memory, and a restart goes on where the last process stopped.
 */
export interface Inbox {
  receive(topic: string, body: Uint8Array): Promise<void>;
  /** The next frames, at least one, at most `max`; none once the inbox is closed. */
  take(max: number): Promise<StoredFrame[]>;
  /** Frames were put into the table by another hand. */
  reload(): void;
  /** Runs what puts frames into the table itself, in turn with `receive`: so that ids are committed in their order. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Longer messages are cut, so that they end in quarantine as what they are. */
export const LONGEST_BODY = 64 * 1024;
const INSERT_AT_ONCE = 1_000;
const KEPT_IN_MEMORY = 20_000;

interface Arrival {
  readonly receivedAt: string;
  readonly topic: string;
  readonly body: Uint8Array;
  readonly committed: () => void;
  readonly failed: (cause: unknown) => void;
}

export function createInbox(db: Database): Inbox {
  const arrivals: Arrival[] = [];
  const turns: (() => Promise<void>)[] = [];
  let writing: Promise<void> | undefined;
  let ready: StoredFrame[] = [];
  let lastTaken = 0;
  /** The table holds frames after `lastTaken` that `ready` doesn't: true at start, and after an overflow. */
  let behind = true;
  let insertions = 0;
  let closed = false;
  let wake: (() => void) | undefined;

  const write = async (): Promise<void> => {
    for (let turn = turns.shift(); turn !== undefined || arrivals.length > 0; turn = turns.shift()) {
      if (turn !== undefined) {
        await turn();
        continue;
      }
      const batch = arrivals.splice(0, INSERT_AT_ONCE);
      try {
        const ids = await insert(db, batch);
        keep(batch, ids);
        for (const { committed } of batch) committed();
      } catch (cause) {
        for (const { failed } of batch) failed(cause);
      }
      wake?.();
    }
    writing = undefined;
  };

  const keep = (batch: readonly Arrival[], ids: readonly number[]): void => {
    insertions += 1;
    if (behind || ready.length + batch.length > KEPT_IN_MEMORY) {
      behind = true;
      return;
    }
    for (const [index, { receivedAt, topic, body }] of batch.entries()) {
      ready.push({ id: ids[index] ?? 0, receivedAt, topic, body, replayed: false });
    }
  };

  const readTable = async (max: number): Promise<StoredFrame[]> => {
    const before = insertions;
    const frames = await framesAfter(db, lastTaken, max);
    // Fewer than asked for, and none inserted meanwhile: memory and table agree again.
    if (frames.length < max && insertions === before) behind = false;
    return frames;
  };

  const reload = (): void => {
    // What memory holds comes before what the table holds beyond it: it is taken first, the rest is read.
    behind = true;
    insertions += 1;
    wake?.();
  };

  return {
    receive(topic, body) {
      if (closed) return Promise.reject(new Error('the inbox is closed'));
      return new Promise((committed, failed) => {
        arrivals.push({
          receivedAt: new Date().toISOString(),
          topic: topic.replaceAll('\0', '\uFFFD'),
          body: body.length > LONGEST_BODY ? body.subarray(0, LONGEST_BODY) : body,
          committed,
          failed,
        });
        writing ??= write();
      });
    },

    async take(max) {
      while (!closed) {
        let frames: StoredFrame[] = [];
        if (ready.length > 0) frames = ready.length <= max ? ready : ready.slice(0, max);
        else if (behind) frames = await readTable(max);
        if (frames.length > 0) {
          if (frames === ready) ready = [];
          else if (ready[0]?.id === frames[0]?.id) ready = ready.slice(frames.length);
          lastTaken = frames.at(-1)?.id ?? lastTaken;
          return frames;
        }
        if (ready.length > 0 || behind) continue;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        wake = undefined;
      }
      return [];
    },

    reload,

    inTurn(work) {
      if (closed) return Promise.reject(new Error('the inbox is closed'));
      return new Promise((resolve, reject) => {
        turns.push(() => work().then(resolve, reject).finally(reload));
        writing ??= write();
      });
    },

    async close() {
      closed = true;
      wake?.();
      await writing;
    },
  };
}

async function insert(db: Database, batch: readonly Arrival[]): Promise<number[]> {
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
    ],
  });
  return rows.map(({ id }) => Number(id));
}

async function framesAfter(db: Database, id: number, max: number): Promise<StoredFrame[]> {
  const { rows } = await db.query<{
    id: number;
    received_at: Date;
    topic: string;
    body: Uint8Array;
    replayed: boolean;
  }>({
    name: 'iot-frames-after',
    text: FRAMES_AFTER,
    values: [id, max],
  });
  return rows.map((row) => ({
    id: Number(row.id),
    receivedAt: new Date(row.received_at).toISOString(),
    topic: row.topic,
    body: row.body,
    replayed: row.replayed,
  }));
}
