import type { Queryable } from '@alzette/kit/database';
import type { Lags, Measure, ServiceDay } from './contract/contract.ts';

export const EVERY_MINUTES = 5;
const KEEP_DAYS = 400;
const DAY_MS = 86_400_000;

const SIZE = 'SELECT pg_database_size(current_database())::float8 AS bytes';
const KEEP = `
  INSERT INTO system.measure (at, database_bytes, notifications_s, ingest_s, rules_s)
  VALUES ($1, $2, $3, $4, $5) ON CONFLICT (at) DO NOTHING`;
const FORGET = `DELETE FROM system.measure WHERE at < now() - make_interval(days => ${KEEP_DAYS})`;
const COLUMNS = 'at, database_bytes, notifications_s, ingest_s, rules_s';
const EACH_HOUR = `
  SELECT DISTINCT ON (date_trunc('hour', at)) ${COLUMNS} FROM system.measure
  WHERE at > now() - make_interval(days => $1) ORDER BY date_trunc('hour', at), at DESC`;
const DAYS = `
  SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day, count(DISTINCT floor(extract(epoch FROM at) / $2))::int AS slots,
         min(at) AS first
  FROM system.measure WHERE at > now() - make_interval(days => $1) GROUP BY 1 ORDER BY 1`;

interface MeasureRow {
  readonly at: Date;
  readonly database_bytes: number;
  readonly notifications_s: number;
  readonly ingest_s: number;
  readonly rules_s: number;
}

/** Bytes of the database on disk, with indexes. */
export async function databaseSize(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ bytes: number }>({ text: SIZE });
  return rows[0]?.bytes ?? 0;
}

/** Measures now, stores the result, and deletes results older than 400 days. */
export async function measureNow(db: Queryable, lags: Lags): Promise<Measure> {
  const databaseBytes = await databaseSize(db);
  const at = new Date();
  const { notifications, ingest, rules } = lags;
  await db.query({ text: KEEP, values: [at, databaseBytes, notifications, ingest, rules] });
  await db.query({ text: FORGET });
  return { at: at.toISOString(), databaseBytes, ...lags };
}

/** The latest measurement of each hour, oldest first. */
export async function hourlyMeasures(db: Queryable, days: number): Promise<Measure[]> {
  const { rows } = await db.query<MeasureRow>({ text: EACH_HOUR, values: [days] });
  return rows.map((row) => ({
    at: row.at.toISOString(),
    databaseBytes: row.database_bytes,
    notifications: row.notifications_s,
    ingest: row.ingest_s,
    rules: row.rules_s,
  }));
}

/** The availability of each day, oldest first, including days without measurements. */
export async function serviceDays(db: Queryable, days: number, now = new Date()): Promise<ServiceDay[]> {
  const slotS = EVERY_MINUTES * 60;
  const { rows } = await db.query<{ day: string; slots: number; first: Date }>({ text: DAYS, values: [days, slotS] });
  const [first] = rows;
  if (first === undefined) return [];
  const byDay = new Map(rows.map((row) => [row.day, row.slots]));
  const result: ServiceDay[] = [];
  const slotOf = (ms: number) => Math.floor(ms / (slotS * 1000));
  for (let begin = Date.parse(`${first.day}T00:00:00Z`); begin <= now.getTime(); begin += DAY_MS) {
    const day = new Date(begin).toISOString().slice(0, 10);
    const from = slotOf(Math.max(begin, first.first.getTime()));
    const to = slotOf(Math.min(begin + DAY_MS - 1, now.getTime()));
    // The present slot may not have been measured yet.
    const passed = Math.max(1, day === now.toISOString().slice(0, 10) ? to - from : to - from + 1);
    result.push({ day, up: Math.min(1, (byDay.get(day) ?? 0) / passed) });
  }
  return result;
}

/** The daily growth of the database by measurements at least a day apart, and when the disk is full; else undefined. */
export function growthOf(measures: readonly Measure[], freeBytes: number) {
  const [first] = measures;
  const last = measures.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const days = (Date.parse(last.at) - Date.parse(first.at)) / DAY_MS;
  if (days < 1) return undefined;
  const bytesPerDay = (last.databaseBytes - first.databaseBytes) / days;
  const daysLeft = bytesPerDay > 0 ? freeBytes / bytesPerDay : Number.POSITIVE_INFINITY;
  return { bytesPerDay, ...(daysLeft < 36_500 && { daysLeft: Math.floor(daysLeft) }) };
}
