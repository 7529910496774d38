import type { Logger } from 'pino';
import type { Database } from '../database.ts';
import type { Admitted } from './outcome.ts';

const INSERT = `
  INSERT INTO iot.sample (profile, dev_eui, received_at, topic, body)
  SELECT profile, dev_eui, received_at, topic, decode(body, 'base64')
  FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::text[])
    WITH ORDINALITY AS sample (profile, dev_eui, received_at, topic, body, n)
  ORDER BY n`;
const KEEP_NEWEST = `
  DELETE FROM iot.sample WHERE id IN (
    SELECT id FROM (
      SELECT id, row_number() OVER (PARTITION BY profile ORDER BY id DESC) AS age
      FROM iot.sample WHERE profile = ANY($1::text[])
    ) AS aged
    WHERE age > $2)`;
const OF_PROFILE = `
  SELECT dev_eui, received_at, topic, body FROM iot.sample WHERE profile = $1 ORDER BY id DESC LIMIT $2`;

/** A received message with its device. */
export interface Sample {
  readonly devEui: string;
  readonly receivedAt: string;
  readonly topic: string;
  readonly body: Uint8Array;
}

/** The last frames of each profile: examples for testing a new codec, not a record of measurements. */
export interface Samples {
  take(frames: readonly Admitted[]): void;
  /** Newest first. */
  of(profile: string): Promise<Sample[]>;
  close(): Promise<void>;
}

export const SAMPLES_PER_PROFILE = 50;
const WRITE_EVERY_MS = 10_000;

/**
 * Frames are collected in memory, at most fifty per profile, and written together, so that uplinks are not slowed down.
 */
export function createSamples(db: Database, logger: Logger): Samples {
  let waiting = new Map<string, Sample[]>();

  const write = async (): Promise<void> => {
    if (waiting.size === 0) return;
    const taken = waiting;
    waiting = new Map();
    const rows = [...taken].flatMap(([profile, samples]) => samples.map((sample) => ({ profile, ...sample })));
    await db.query({
      text: INSERT,
      values: [
        rows.map(({ profile }) => profile),
        rows.map(({ devEui }) => devEui),
        rows.map(({ receivedAt }) => receivedAt),
        rows.map(({ topic }) => topic),
        rows.map(({ body }) => Buffer.from(body).toString('base64')),
      ],
    });
    await db.query({ text: KEEP_NEWEST, values: [[...taken.keys()], SAMPLES_PER_PROFILE] });
  };
  const timer = setInterval(() => {
    write().catch((cause: unknown) => logger.debug({ err: cause }, 'samples of uplinks could not be kept'));
  }, WRITE_EVERY_MS);
  timer.unref();

  return {
    take(frames) {
      for (const { stored, device, frame } of frames) {
        if (frame.kind !== 'data') continue;
        const kept = waiting.get(device.profile) ?? [];
        if (kept.length === 0) waiting.set(device.profile, kept);
        kept.push({ devEui: device.devEui, receivedAt: stored.receivedAt, topic: stored.topic, body: stored.body });
        if (kept.length > SAMPLES_PER_PROFILE) kept.shift();
      }
    },
    async of(profile) {
      await write();
      const { rows } = await db.query<{ dev_eui: string; received_at: Date; topic: string; body: Uint8Array }>({
        text: OF_PROFILE,
        values: [profile, SAMPLES_PER_PROFILE],
      });
      return rows.map(({ dev_eui, received_at, topic, body }) => ({
        devEui: dev_eui,
        receivedAt: new Date(received_at).toISOString(),
        topic,
        body,
      }));
    },
    async close() {
      clearInterval(timer);
      await write().catch((cause: unknown) => logger.debug({ err: cause }, 'samples of uplinks could not be kept'));
    },
  };
}
