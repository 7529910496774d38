import type { Queryable } from '@alzette/kit/database';
import type { LocalDate } from '../sun/local-time.ts';

/**
 * Each reading with the next of the same lamp or cabinet, the energy between them (`wh`: by the meter, otherwise by the
 * power; NULL: unknown) and what is implausible about it (`kind`).
 *
 * Meters count in steps of up to 1 kWh, so one step is plausible in any time. A meter that jumps, goes back or starts
 * anew was replaced, reset or misread: its difference counts for nothing.
 */
export const SPANS = `
  limited AS (
    SELECT pair.*, extract(epoch FROM next_at - at)::float8 AS seconds, most.watts AS most_watts,
      least(1, min(next_meter - meter) FILTER (WHERE next_meter > meter) OVER (PARTITION BY pair.id)) AS step
    FROM pair JOIN most ON most.id = pair.id
  ), judged AS (
    SELECT *, most_watts * seconds / 3600000 + coalesce(step, 0) AS most_kwh FROM limited WHERE next_at > at
  ), span AS (
    SELECT *,
      CASE WHEN next_meter - meter BETWEEN 0 AND most_kwh THEN (next_meter - meter) * 1000
           WHEN next_at - at <= (SELECT longest_gap FROM asked) AND watts BETWEEN 0 AND most_watts THEN watts * seconds / 3600
      END AS wh,
      CASE WHEN next_meter < meter THEN 'meterReset'
           WHEN next_meter - meter > most_kwh THEN 'meterJump'
           WHEN watts < 0 OR watts > most_watts THEN 'powerOutOfRange' END AS kind
    FROM judged
  )`;

/**
 * The readings of lamps, for a statement that begins with `asked`: the first and the last time (`since`, `till`), and the
 * longest time for which a power is taken (`longest_gap`). `SPANS` follow.
 *
 * A lamp whose rated power is unknown counts as one of 1,000 W. A lamp that takes up to twice its rated power is listed
 * as an anomaly and counted; nothing takes more.
 */
export const LAMP_PAIRS = `
  pair AS (
    SELECT r.*, r.lamp AS id, power::float8 AS watts, lead(at) OVER later AS next_at, lead(meter) OVER later AS next_meter
    FROM lighting.reading r
    WHERE tenant = $1 AND at >= (SELECT since FROM asked) - interval '3 hours'
      AND at < (SELECT till FROM asked) + interval '3 hours'
    WINDOW later AS (PARTITION BY lamp ORDER BY at)
  ), most AS (
    SELECT l.id, coalesce(l.power, 1000)::float8 * 2 AS watts FROM lighting.lamp l WHERE l.tenant = $1
  )`;

/** The same for cabinets, which may also feed others: one has a small supply, or three times the power of its lamps. */
export const CABINET_PAIRS = `
  pair AS (
    SELECT r.*, r.cabinet AS id, power::float8 * 1000 AS watts, lead(at) OVER later AS next_at,
      lead(meter) OVER later AS next_meter
    FROM lighting.cabinet_reading r
    WHERE tenant = $1 AND at >= (SELECT since FROM asked) - interval '3 hours'
      AND at < (SELECT till FROM asked) + interval '3 hours'
    WINDOW later AS (PARTITION BY cabinet ORDER BY at)
  ), most AS (
    SELECT c.id, greatest(36000, sum(coalesce(l.power, 1000)::float8) * 3) AS watts
    FROM lighting.cabinet c LEFT JOIN lighting.lamp l ON l.tenant = $1 AND l.cabinet = c.id
    WHERE c.tenant = $1 GROUP BY c.id
  )`;

const FORGET = `DELETE FROM lighting.outlier WHERE tenant = $1 AND night = $2::date`;

/** Forgets the outliers of a night, before its spans are judged again. */
export async function forgetOutliers(tx: Queryable, tenant: string, night: LocalDate): Promise<void> {
  await tx.query({ text: FORGET, values: [tenant, night] });
}

/** Stores the outliers among the spans of a night (`$2`). */
export const KEEP_OUTLIERS = `
  kept_outliers AS (
    INSERT INTO lighting.outlier (tenant, night, entity, kind, readings, before_at, at, before, value, most)
    SELECT DISTINCT ON (id, kind) $1, $2::date, id, kind, count(*) OVER (PARTITION BY id, kind),
      CASE WHEN kind <> 'powerOutOfRange' THEN at END, CASE WHEN kind = 'powerOutOfRange' THEN at ELSE next_at END,
      CASE WHEN kind <> 'powerOutOfRange' THEN meter END, CASE WHEN kind = 'powerOutOfRange' THEN watts ELSE next_meter END,
      CASE WHEN kind = 'powerOutOfRange' THEN most_watts ELSE most_kwh END
    FROM span WHERE kind IS NOT NULL AND at >= (SELECT since FROM asked) AND at < (SELECT till FROM asked)
    ORDER BY id, kind, at
    ON CONFLICT (tenant, night, entity, kind) DO NOTHING
  )`;
