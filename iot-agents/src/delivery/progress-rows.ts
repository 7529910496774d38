import type { Queryable } from '../database.ts';
import { partitionOf } from '../processes/partition-of.ts';
import type { DeviceProgress } from './progress.ts';

const PROGRESS_OF = `
  SELECT dev_eui, last_seen_at, session, joins, f_cnt, lost_uplinks, recent
  FROM iot.device_progress WHERE dev_eui = ANY($1::text[])`;

const SETTLE = `
  WITH delivered AS (DELETE FROM iot.inbox WHERE id = ANY($1::bigint[]))
  INSERT INTO iot.device_progress (dev_eui, last_seen_at, session, joins, f_cnt, lost_uplinks, recent)
  SELECT dev_eui, last_seen_at, session, joins, f_cnt, lost_uplinks, substring($8::bytea FROM start FOR length)
  FROM unnest($2::text[], $3::timestamptz[], $4::bigint[], $5::int[], $6::bigint[], $7::int[], $9::int[], $10::int[],
      $11::smallint[])
    AS device (dev_eui, last_seen_at, session, joins, f_cnt, lost_uplinks, start, length, partition)
  -- Skips partitions that now belong to another process, which has newer data.
  JOIN iot.inbox_partition USING (partition) WHERE process = $12
  ON CONFLICT (dev_eui) DO UPDATE SET
    last_seen_at = excluded.last_seen_at, session = excluded.session, joins = excluded.joins,
    f_cnt = excluded.f_cnt, lost_uplinks = excluded.lost_uplinks, recent = excluded.recent`;

export async function loadProgress(
  db: Queryable,
  devEuis: readonly string[],
  into: Map<string, DeviceProgress>,
): Promise<void> {
  const { rows } = await db.query<{
    dev_eui: string;
    last_seen_at: Date;
    session: number;
    joins: number;
    f_cnt: number;
    lost_uplinks: number;
    recent: Uint8Array;
  }>({ name: 'iot-progress-of', text: PROGRESS_OF, values: [devEuis] });
  for (const row of rows) {
    into.set(row.dev_eui, {
      lastSeenAt: new Date(row.last_seen_at).toISOString(),
      session: Number(row.session),
      joins: row.joins,
      fCnt: Number(row.f_cnt),
      lostUplinks: row.lost_uplinks,
      recent: Buffer.from(row.recent),
    });
  }
}

/** Removes frames from the inbox and stores the progress of their devices in one statement. */
export async function settle(
  db: Queryable,
  process: string,
  inboxIds: readonly number[],
  progress: ReadonlyMap<string, DeviceProgress>,
): Promise<void> {
  const starts: number[] = [];
  const lengths: number[] = [];
  let start = 1;
  for (const { recent } of progress.values()) {
    starts.push(start);
    lengths.push(recent.length);
    start += recent.length;
  }
  const devices = [...progress.values()];
  await db.query({
    name: 'iot-settle',
    text: SETTLE,
    values: [
      inboxIds,
      [...progress.keys()],
      devices.map(({ lastSeenAt }) => lastSeenAt),
      devices.map(({ session }) => session),
      devices.map(({ joins }) => joins),
      devices.map(({ fCnt }) => fCnt),
      devices.map(({ lostUplinks }) => lostUplinks),
      Buffer.concat(devices.map(({ recent }) => recent)),
      starts,
      lengths,
      [...progress.keys()].map(partitionOf),
      process,
    ],
  });
}
