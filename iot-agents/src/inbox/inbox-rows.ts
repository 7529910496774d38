import { setTimeout as sleep } from 'node:timers/promises';
import { CONFIRM_REPLICATED } from '@alzette/kit/replicated';
import { newRequestId } from '@alzette/kit/tracing';
import type { Database } from '../database.ts';
import type { FramePutOff, Reading, StoredFrame } from './stored-frame.ts';

const INSERT_FRAMES = `
  INSERT INTO iot.inbox (received_at, topic, body, partition, batch, trace)
  SELECT received_at, topic, substring($3::bytea FROM start FOR length), partition, $7::uuid, trace
  FROM unnest($1::timestamptz[], $2::text[], $4::int[], $5::int[], $6::smallint[], $8::text[])
    WITH ORDINALITY AS frame (received_at, topic, start, length, partition, trace, n)
  ORDER BY n
  RETURNING id`;

const IDS_OF_BATCH = 'SELECT id FROM iot.inbox WHERE batch = $1 ORDER BY id';

const COLUMNS = 'id, received_at, topic, body, replayed, partition, trace';

const FRAMES_AFTER = `
  SELECT ${COLUMNS} FROM iot.inbox
  WHERE id > $1 AND partition = ANY($3::smallint[]) AND id <> ALL($4::bigint[]) AND waits_for IS NULL
  ORDER BY id LIMIT $2`;

const PUT_OFF = `
  -- Another process that takes over a partition learns which of its frames were put off.
  WITH own AS MATERIALIZED (SELECT partition FROM iot.inbox_partition WHERE process = $3::uuid FOR SHARE)
  UPDATE iot.inbox SET waits_for = frame.tenant
  FROM unnest($1::bigint[], $2::text[]) AS frame (id, tenant)
  WHERE inbox.id = frame.id AND inbox.partition IN (SELECT partition FROM own)
    AND inbox.waits_for IS DISTINCT FROM frame.tenant`;

const FRAMES_PUT_OFF = `
  SELECT ${COLUMNS} FROM iot.inbox
  WHERE waits_for = $1 AND partition = ANY($3::smallint[]) AND id <> ALL($4::bigint[])
  ORDER BY id LIMIT $2`;

/** How long to look for a batch whose answer was lost. The senders wait, and send the messages again if it fails. */
const LOOK_WITHIN_MS = 6_000;
const LOOK_EVERY_MS = 250;

/** A message to be stored. */
type NewFrame = Pick<StoredFrame, 'receivedAt' | 'topic' | 'body' | 'trace'> & { readonly reading: Reading };

/** Stores messages. @returns their ids, in the same order */
export async function insertFrames(db: Database, batch: readonly NewFrame[], name: string): Promise<number[]> {
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
    // All bodies in one bytea value, because an array of bytea would be sent as escaped text.
    values: [
      batch.map(({ receivedAt }) => receivedAt),
      batch.map(({ topic }) => topic),
      Buffer.concat(batch.map(({ body }) => body)),
      starts,
      lengths,
      batch.map(({ reading }) => reading.partition),
      name,
      batch.map(({ trace }) => trace),
    ],
  });
  return rows.map(({ id }) => Number(id));
}

/**
 * The ids assigned by a statement whose answer was lost. Retries for a while until the database answers. @throws the
 * last error of the database
 */
export async function committedIds(db: Database, name: string): Promise<number[]> {
  const deadline = performance.now() + LOOK_WITHIN_MS;
  for (;;) {
    try {
      const { rows } = await db.query<{ id: number }>({ text: IDS_OF_BATCH, values: [name] });
      if (rows.length > 0) await db.query({ text: CONFIRM_REPLICATED });
      return rows.map(({ id }) => Number(id));
    } catch (cause) {
      if (performance.now() > deadline) throw cause;
      await sleep(LOOK_EVERY_MS);
    }
  }
}

interface Row {
  readonly id: number;
  readonly received_at: Date;
  readonly topic: string;
  readonly body: Uint8Array;
  readonly replayed: boolean;
  readonly partition: number;
  readonly trace: string | null;
}

/** Frames in the table after an id, except those in progress and those put off. */
export async function framesAfter(
  db: Database,
  id: number,
  max: number,
  partitions: readonly number[],
  except: readonly number[],
): Promise<StoredFrame[]> {
  const values = [id, max, partitions, except];
  return (await db.query<Row>({ name: 'iot-frames-after', text: FRAMES_AFTER, values })).rows.map(storedFrame);
}

/** The first frames of a tenant that were put off, except those in progress. */
export async function framesPutOff(
  db: Database,
  tenant: string,
  max: number,
  partitions: readonly number[],
  except: readonly number[],
): Promise<StoredFrame[]> {
  const { rows } = await db.query<Row>({ text: FRAMES_PUT_OFF, values: [tenant, max, partitions, except] });
  return rows.map((row) => ({ ...storedFrame(row), isTakenUp: true }));
}

/** Marks frames of the process's own partitions. */
export async function putOffFrames(db: Database, frames: readonly FramePutOff[], process: string): Promise<void> {
  await db.query({ text: PUT_OFF, values: [frames.map(({ id }) => id), frames.map(({ tenant }) => tenant), process] });
}

function storedFrame(row: Row): StoredFrame {
  return {
    id: Number(row.id),
    receivedAt: new Date(row.received_at).toISOString(),
    topic: row.topic,
    body: row.body,
    replayed: row.replayed,
    partition: row.partition,
    trace: row.trace ?? newRequestId(), // stored by an earlier version
  };
}
