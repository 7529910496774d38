import type { Database } from '@alzette/kit/database';

/** The measurement of a lamp at an instant. */
export interface Reading {
  readonly lamp: string;
  /** ISO 8601. */
  readonly at: string;
  /** Watts. */
  readonly power?: number;
  /** Meter reading, kWh. */
  readonly meter?: number;
  /** 0 to 1. */
  readonly level?: number;
}

/** Days in which a night can be summed again. Later data are only in the history. */
export const LATE_DAYS = 8;
/** A day more, because the readings of a night must not be deleted while it is due. */
const READING_DAYS = LATE_DAYS + 1;

/**
 * SQL: whether a night of tenant `$1` began before its readings.
 *
 * @param night SQL of its date
 *
 * @param timeZone SQL of the site's time zone
 */
export function beganBeforeReadings(night: string, timeZone: string): string {
  return `(${noonOf(night, timeZone)} < (SELECT readings_from FROM lighting.tenant WHERE tenant = $1)) IS TRUE`;
}

/** SQL: whether all readings of a night are there. A sum of the remaining ones would replace the right one. */
export function hasReadings(night: string, timeZone: string): string {
  const isKept = `${noonOf(night, timeZone)} >= now() - interval '${LATE_DAYS} days'`;
  return `(${isKept} AND NOT ${beganBeforeReadings(night, timeZone)})`;
}

const noonOf = (night: string, timeZone: string) => `(${night} + time '12:00') AT TIME ZONE ${timeZone}`;

const KEEP = `
  WITH given AS (
    SELECT * FROM unnest($2::text[], $3::timestamptz[], $4::real[], $5::float8[], $6::real[]) AS g (lamp, at, power, meter, level)
  ), kept AS (
    INSERT INTO lighting.reading AS r (tenant, lamp, at, power, meter, level)
    SELECT DISTINCT ON (lamp, at) $1, lamp, at, power, meter, level FROM given ORDER BY lamp, at
    ON CONFLICT (tenant, lamp, at) DO UPDATE SET
      power = COALESCE(EXCLUDED.power, r.power),
      meter = COALESCE(EXCLUDED.meter, r.meter),
      level = COALESCE(EXCLUDED.level, r.level)
    RETURNING at
  )
  INSERT INTO lighting.night_due (tenant, night)
  SELECT DISTINCT $1, n.night
  FROM kept, LATERAL (SELECT ((at AT TIME ZONE $7) - interval '12 hours')::date AS night) n
  WHERE (n.night < ((now() AT TIME ZONE $7) - interval '12 hours')::date
      OR EXISTS (SELECT 1 FROM lighting.zone_night z WHERE z.tenant = $1 AND z.night = n.night))
    AND ${hasReadings('n.night', '$7')}
  ON CONFLICT DO NOTHING`;
const FORGET = `DELETE FROM lighting.reading WHERE at < now() - make_interval(days => $1) /* all tenants: the job that deletes old readings */`;
const FORGET_CABINETS = `DELETE FROM lighting.cabinet_reading WHERE at < now() - make_interval(days => $1) /* all tenants: as above */`;

/** Stores readings, each once, and marks the past nights that they belong to, which must be summed again, unless it is too late. */
export async function keepReadings(
  db: Database,
  tenant: string,
  readings: readonly Reading[],
  timeZone: string,
): Promise<void> {
  if (readings.length === 0) return;
  const column = <T>(value: (reading: Reading) => T | undefined): (T | null)[] => readings.map((r) => value(r) ?? null);
  await db.query({
    text: KEEP,
    values: [
      tenant,
      column((r) => r.lamp),
      column((r) => r.at),
      column((r) => r.power),
      column((r) => r.meter),
      column((r) => r.level),
      timeZone,
    ],
  });
}

export async function forgetReadings(db: Database): Promise<void> {
  await db.query({ text: FORGET, values: [READING_DAYS] });
  await db.query({ text: FORGET_CABINETS, values: [READING_DAYS] });
}
