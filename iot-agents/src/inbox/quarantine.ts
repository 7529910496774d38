import type { Database, Queryable } from '../database.ts';
import type { QuarantineReason } from '../frames/counters.ts';
import { RegistryError } from '../frames/registry-error.ts';
import type { ReadMessage } from './stored-frame.ts';

/** Why a frame, or one of its values, currently can't become part of an entity. */
export interface QuarantineNote {
  readonly inboxId: number;
  readonly reason: QuarantineReason;
  readonly message: string;
  readonly devEui?: string;
  readonly profile?: string;
  readonly codecSha256?: string;
  /** The codec's result in addition to its errors. */
  readonly decoded?: { readonly data: object; readonly warnings: readonly string[] };
}

const COPY_TO_QUARANTINE = `
  INSERT INTO iot.quarantine (received_at, topic, body, dev_eui, profile, codec_sha256, reason, message, decoded)
  SELECT received_at, topic, body, dev_eui, profile, codec_sha256, reason, message, decoded
  FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
    AS note (id, dev_eui, profile, codec_sha256, reason, message, decoded)
  JOIN iot.inbox USING (id)
  ORDER BY id`;

const KEEP_NEWEST_PER_DEVICE = `
  DELETE FROM iot.quarantine WHERE id IN (
    SELECT id FROM (
      SELECT id, row_number() OVER (PARTITION BY dev_eui ORDER BY id DESC) AS age
      FROM iot.quarantine WHERE dev_eui = ANY($1::text[])
    ) AS aged
    WHERE age > 1000)`;

const COPY_TO_PENDING = `
  INSERT INTO iot.pending (dev_eui, received_at, topic, body)
  SELECT dev_eui, received_at, topic, body
  FROM unnest($1::bigint[], $2::text[]) AS unknown (id, dev_eui)
  JOIN iot.inbox USING (id)
  ORDER BY id`;

const KEEP_LAST_PENDING = `
  DELETE FROM iot.pending WHERE id IN (
    SELECT id FROM (
      SELECT id, row_number() OVER (PARTITION BY dev_eui ORDER BY id DESC) AS age
      FROM iot.pending WHERE dev_eui = ANY($1::text[])
    ) AS aged
    WHERE age > 5)`;

const LIST = `
  SELECT id, received_at, topic, body, dev_eui, profile, codec_sha256, reason, message, decoded, quarantined_at
  FROM iot.quarantine
  WHERE ($1::text IS NULL OR reason = $1) AND ($2::text IS NULL OR dev_eui = $2)
  ORDER BY id DESC LIMIT $3 OFFSET $4`;

const COUNT = `
  SELECT count(*)::int AS count FROM iot.quarantine
  WHERE ($1::text IS NULL OR reason = $1) AND ($2::text IS NULL OR dev_eui = $2)`;

const TAKE_OUT = 'DELETE FROM iot.quarantine WHERE id = $1 RETURNING received_at, topic, body';
const REPLAY = `
  INSERT INTO iot.inbox (received_at, topic, body, replayed, partition) VALUES ($1, $2, $3, true, $4)`;

const PENDING = `
  SELECT dev_eui, received_at, topic, body FROM iot.pending
  WHERE dev_eui IN (SELECT dev_eui FROM iot.pending GROUP BY dev_eui ORDER BY max(id) DESC LIMIT $1 OFFSET $2)
  ORDER BY dev_eui, id DESC`;

const PENDING_OF_DEVICE = `
  SELECT dev_eui, received_at, topic, body FROM iot.pending WHERE dev_eui = $1 ORDER BY id DESC`;

const COUNT_PENDING = 'SELECT count(DISTINCT dev_eui)::int AS count FROM iot.pending';

interface KeptFrame {
  readonly receivedAt: string;
  readonly topic: string;
  /** The message as text, with replacement characters for invalid UTF-8. */
  readonly body: string;
}

interface QuarantinedFrame extends KeptFrame {
  readonly id: number;
  readonly devEui: string | null;
  readonly profile: string | null;
  readonly codecSha256: string | null;
  readonly reason: QuarantineReason;
  readonly message: string;
  /** The codec's result in addition to its errors. */
  readonly decoded?: QuarantineNote['decoded'];
  readonly quarantinedAt: string;
}

/** Copies frames from the inbox. They are deleted there by the settlement in the same transaction. */
export async function copyToQuarantine(tx: Queryable, notes: readonly QuarantineNote[]): Promise<void> {
  await tx.query({
    text: COPY_TO_QUARANTINE,
    values: [
      notes.map(({ inboxId }) => inboxId),
      notes.map(({ devEui }) => devEui ?? null),
      notes.map(({ profile }) => profile ?? null),
      notes.map(({ codecSha256 }) => codecSha256 ?? null),
      notes.map(({ reason }) => reason),
      notes.map(({ message }) => message.replaceAll('\0', '').slice(0, 1000)),
      notes.map(({ decoded }) => decoded && JSON.stringify(decoded)),
    ],
  });
  const devEuis = [...new Set(notes.map(({ devEui }) => devEui).filter((devEui) => devEui !== undefined))];
  if (devEuis.length > 0) await tx.query({ text: KEEP_NEWEST_PER_DEVICE, values: [devEuis] });
}

/** Keeps the last five frames of each unregistered device. */
export async function copyToPending(
  tx: Queryable,
  unknown: readonly { readonly inboxId: number; readonly devEui: string }[],
): Promise<void> {
  const devEuis = unknown.map(({ devEui }) => devEui);
  await tx.query({ text: COPY_TO_PENDING, values: [unknown.map(({ inboxId }) => inboxId), devEuis] });
  await tx.query({ text: KEEP_LAST_PENDING, values: [[...new Set(devEuis)]] });
}

export async function listQuarantine(
  db: Database,
  { reason, devEui, limit, offset }: { reason?: string; devEui?: string; limit: number; offset: number },
): Promise<{ count: number; frames: QuarantinedFrame[] }> {
  const [counted, { rows }] = await Promise.all([
    db.query<{ count: number }>({ text: COUNT, values: [reason ?? null, devEui ?? null] }),
    db.query<
      FrameRow & {
        id: number;
        profile: string;
        codec_sha256: string;
        reason: QuarantineReason;
        message: string;
        decoded: string | null;
        quarantined_at: Date;
      }
    >({
      text: LIST,
      values: [reason ?? null, devEui ?? null, limit, offset],
    }),
  ]);
  const frames = rows.map((row) => ({
    id: Number(row.id),
    devEui: row.dev_eui,
    profile: row.profile,
    codecSha256: row.codec_sha256,
    reason: row.reason,
    message: row.message,
    ...(row.decoded !== null && { decoded: JSON.parse(row.decoded) }),
    quarantinedAt: new Date(row.quarantined_at).toISOString(),
    ...keptFrame(row),
  }));
  return { count: counted.rows[0]?.count ?? 0, frames };
}

/** Puts the frame back into the inbox with its original reception time. @throws RegistryError FRAME_NOT_FOUND */
export async function replayQuarantined(db: Database, id: number, read: ReadMessage): Promise<void> {
  await db.transaction(async (tx) => {
    const [row] = (await tx.query<Omit<FrameRow, 'dev_eui'>>({ text: TAKE_OUT, values: [id] })).rows;
    if (row === undefined) throw new RegistryError('FRAME_NOT_FOUND', `frame ${id} is not in quarantine`);
    const { received_at, topic, body } = row;
    const { partition } = read(topic, body, received_at.toISOString());
    await tx.query({ text: REPLAY, values: [received_at, topic, body, partition] });
  });
}

export async function listPending(
  db: Database,
  { limit, offset }: { limit: number; offset: number },
): Promise<{ count: number; devices: { devEui: string; frames: KeptFrame[] }[] }> {
  const [counted, { rows }] = await Promise.all([
    db.query<{ count: number }>({ text: COUNT_PENDING }),
    db.query<FrameRow>({ text: PENDING, values: [limit, offset] }),
  ]);
  const devices = new Map<string, KeptFrame[]>();
  for (const row of rows) {
    const frames = devices.get(row.dev_eui) ?? [];
    frames.push(keptFrame(row));
    devices.set(row.dev_eui, frames);
  }
  return {
    count: counted.rows[0]?.count ?? 0,
    devices: [...devices].map(([devEui, frames]) => ({ devEui, frames })),
  };
}

/** The last frames of an unregistered device, newest first. */
export async function pendingFrames(
  db: Database,
  devEui: string,
): Promise<{ devEui: string; receivedAt: string; topic: string; body: Uint8Array }[]> {
  const { rows } = await db.query<FrameRow>({ text: PENDING_OF_DEVICE, values: [devEui] });
  return rows.map(({ received_at, topic, body }) => ({
    devEui,
    receivedAt: new Date(received_at).toISOString(),
    topic,
    body,
  }));
}

interface FrameRow {
  readonly dev_eui: string;
  readonly received_at: Date;
  readonly topic: string;
  readonly body: Uint8Array;
}

function keptFrame({ received_at, topic, body }: FrameRow): KeptFrame {
  return { receivedAt: new Date(received_at).toISOString(), topic, body: new TextDecoder().decode(body) };
}
