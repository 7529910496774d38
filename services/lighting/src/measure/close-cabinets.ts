import type { Queryable } from '@alzette/kit/database';
import type { LocalDate } from '../sun/local-time.ts';
import { CABINET_PAIRS, KEEP_OUTLIERS, SPANS } from './spans.ts';

const SUM_CABINETS = `
  WITH asked AS (
    SELECT $6::timestamptz AS since, $7::timestamptz AS till, $8::interval AS longest_gap
  ), cabinet AS (
    SELECT * FROM unnest($3::text[], $4::timestamptz[], $5::timestamptz[]) AS c (id, starts, ends)
  ), ${CABINET_PAIRS}, ${SPANS}, ${KEEP_OUTLIERS}, part AS (
    SELECT c.id, c.starts, c.ends, seconds, wh / 1000 AS kwh,
      greatest(0, extract(epoch FROM least(next_at, c.ends + $9::interval) - greatest(at, c.starts - $9::interval))) AS night_s,
      greatest(0, extract(epoch FROM least(next_at, $7) - greatest(at, $6))) AS whole_s,
      greatest(0, extract(epoch FROM least(next_at, c.ends) - greatest(at, c.starts))) AS burning_s,
      CASE WHEN at >= c.starts AND at < c.ends AND phase_r + phase_s + phase_t > 0 THEN
        (greatest(phase_r, phase_s, phase_t) - least(phase_r, phase_s, phase_t)) * 3 / (phase_r + phase_s + phase_t)
      END AS imbalance
    FROM span JOIN cabinet c ON c.id = span.id
  )
  INSERT INTO lighting.cabinet_night AS n
    (tenant, night, cabinet, measured, by_day, lamps_measured, lamps_by_day, imbalance, covered)
  SELECT $1, $2::date, p.id,
    coalesce(sum(kwh * night_s / seconds), 0),
    coalesce(sum(kwh * greatest(0, whole_s - night_s) / seconds), 0),
    max(z.measured) FILTER (WHERE z.lamps = z.measured_lamps),
    coalesce(max(z.by_day), 0),
    avg(imbalance),
    coalesce(sum(burning_s) FILTER (WHERE kwh IS NOT NULL), 0) / extract(epoch FROM max(p.ends) - max(p.starts))
  FROM part p LEFT JOIN lighting.zone_night z
    ON z.tenant = $1 AND z.night = $2::date AND z.kind = 'cabinet' AND z.zone = p.id
  GROUP BY p.id
  ON CONFLICT (tenant, night, cabinet) DO UPDATE SET
    measured = EXCLUDED.measured, by_day = EXCLUDED.by_day, lamps_measured = EXCLUDED.lamps_measured,
    lamps_by_day = EXCLUDED.lamps_by_day, imbalance = EXCLUDED.imbalance, covered = EXCLUDED.covered`;

/** The hours between which lamps of a cabinet burn; milliseconds since 1970. */
export interface CabinetHours {
  readonly on: number;
  readonly off: number;
}

/** Sums the energy of cabinets in a night, after the nights of their lamps. */
export async function closeCabinets(
  tx: Queryable,
  tenant: string,
  night: LocalDate,
  given: {
    readonly hours: ReadonlyMap<string, CabinetHours>;
    /** ISO 8601: noon before and after the night. */
    readonly from: string;
    readonly to: string;
    readonly longestGap: string;
    readonly switching: string;
  },
): Promise<void> {
  const { hours, from, to, longestGap, switching } = given;
  const times = (value: (hours: CabinetHours) => number) =>
    [...hours.values()].map((each) => new Date(value(each)).toISOString());
  await tx.query({
    text: SUM_CABINETS,
    values: [
      tenant,
      night,
      [...hours.keys()],
      times(({ on }) => on),
      times(({ off }) => off),
      from,
      to,
      longestGap,
      switching,
    ],
  });
}
