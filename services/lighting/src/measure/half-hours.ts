import type { Queryable } from '@alzette/kit/database';
import type { LocalDate } from '../sun/local-time.ts';
import { LAMP_PAIRS, SPANS } from './spans.ts';

/** Sums pieces (Wh of a place in each half-hour of the clock) by zone, and stores them with the zones' nights. */
const KEEP = `
  zone AS (
    SELECT night, kind, zone, half, sum(measured) / 1000 AS measured, sum(full_power) / 1000 AS full_power
    FROM piece CROSS JOIN LATERAL (
      VALUES ('all', ''), ('commune', commune), ('cabinet', cabinet), ('street', commune || '/' || street)
      UNION ALL SELECT 'zone', unnest(zones)) AS z (kind, zone)
    WHERE zone IS NOT NULL GROUP BY night, kind, zone, half
  ), day AS (
    SELECT night, kind, zone, array_agg(measured::real ORDER BY half) AS measured,
      array_agg(full_power::real ORDER BY half) AS full_power
    FROM zone GROUP BY night, kind, zone
  )
  UPDATE lighting.zone_night z SET measured_half_hours = day.measured, full_power_half_hours = day.full_power
  FROM day WHERE z.tenant = $1 AND z.night = day.night AND z.kind = day.kind AND z.zone = day.zone`;

const SPLIT = `
  WITH asked AS (
    SELECT to_timestamp($7::float8) AS since, to_timestamp($8::float8) AS till, $11::interval AS longest_gap
  ), lamp AS (
    SELECT l.id, l.starts, l.ends, n.commune, n.street, n.cabinet, p.zones, n.full_power
    FROM unnest($3::text[], $4::float8[], $5::float8[]) AS l (id, starts, ends)
      JOIN lighting.lamp_night n ON n.tenant = $1 AND n.night = $2::date AND n.lamp = l.id
      JOIN lighting.lamp p ON p.tenant = $1 AND p.id = l.id
    WHERE n.covered >= $6::real AND n.full_power IS NOT NULL AND l.ends > l.starts
  ), clock AS (
    SELECT k, (extract(hour FROM local) * 2 + floor(extract(minute FROM local) / 30))::integer AS half
    FROM generate_series(floor($7::float8 / 1800)::bigint, ceil($8::float8 / 1800)::bigint) AS k
      CROSS JOIN LATERAL (SELECT to_timestamp(k * 1800) AT TIME ZONE $9 AS local) c
  ), ${LAMP_PAIRS}, ${SPANS}, burnt AS (
    SELECT l.commune, l.street, l.cabinet, l.zones,
      greatest(extract(epoch FROM s.at), l.starts - $10::float8) AS a,
      least(extract(epoch FROM s.next_at), l.ends + $10::float8) AS b, wh / seconds AS wh_per_s
    FROM span s JOIN lamp l ON l.id = s.id
  ), piece AS (
    SELECT $2::date AS night, commune, street, cabinet, zones, half, sum(measured) AS measured, sum(full_power) AS full_power
    FROM (
      SELECT commune, street, cabinet, zones, half,
        wh_per_s * (least(b, (k + 1) * 1800) - greatest(a, k * 1800)) AS measured, 0 AS full_power
      FROM burnt CROSS JOIN LATERAL generate_series(floor(a / 1800)::bigint, floor((b - 0.001) / 1800)::bigint) AS k
        JOIN clock USING (k)
      WHERE b > a
      UNION ALL
      SELECT commune, street, cabinet, zones, half, 0,
        full_power * (least(ends, (k + 1) * 1800) - greatest(starts, k * 1800)) / (ends - starts)
      FROM lamp CROSS JOIN LATERAL generate_series(floor(starts / 1800)::bigint, floor((ends - 0.001) / 1800)::bigint) AS k
        JOIN clock USING (k)
      UNION ALL
      -- Every half-hour is in the list, whether lamps burn or not.
      SELECT commune, street, cabinet, zones, half, 0, 0
      FROM (SELECT DISTINCT commune, street, cabinet, zones FROM lamp) p CROSS JOIN generate_series(0, 47) AS half
    ) p
    GROUP BY commune, street, cabinet, zones, half
  ), ${KEEP}`;

/** The same for nights without readings, by the share of each half-hour in the expected energy. */
const SPREAD = `
  WITH share AS (
    SELECT night, commune, ord - 1 AS half, promised, full_power
    FROM unnest($2::date[], $3::text[], $4::text[], $5::text[]) AS s (night, commune, promised_shares, full_shares)
      CROSS JOIN LATERAL unnest(promised_shares::real[], full_shares::real[]) WITH ORDINALITY AS u (promised, full_power, ord)
  ), place AS (
    SELECT night, zone AS commune, NULL::text AS street, NULL::text AS cabinet, '{}'::text[] AS zones,
      measured * 1000 AS measured, full_power * 1000 AS full_power
    FROM lighting.zone_night WHERE tenant = $1 AND kind = 'commune' AND night = ANY ($2::date[])
  ), piece AS (
    SELECT p.night, p.commune, p.street, p.cabinet, p.zones, s.half, p.measured * s.promised AS measured,
      p.full_power * s.full_power AS full_power
    FROM place p JOIN share s ON s.night = p.night AND s.commune = p.commune
  ), ${KEEP}`;

/** The hours between which a lamp burns; milliseconds since 1970. */
interface BurningLamp {
  readonly id: string;
  readonly on: number;
  readonly off: number;
}

/** Splits the energy of a night's zones by half-hour of the clock, from the readings of measured lamps. */
export async function splitHalfHours(
  tx: Queryable,
  tenant: string,
  night: LocalDate,
  given: {
    readonly lamps: readonly BurningLamp[];
    /** Noon before and after the night; milliseconds since 1970. */
    readonly from: number;
    readonly to: number;
    readonly timeZone: string;
    readonly leastCovered: number;
    readonly longestGap: string;
    readonly switchingS: number;
  },
): Promise<void> {
  const { lamps, from, to, timeZone, leastCovered, longestGap, switchingS } = given;
  await tx.query({
    text: SPLIT,
    values: [
      tenant,
      night,
      lamps.map(({ id }) => id),
      lamps.map(({ on }) => on / 1000),
      lamps.map(({ off }) => off / 1000),
      leastCovered,
      from / 1000,
      to / 1000,
      timeZone,
      switchingS,
      longestGap,
    ],
  });
}

/** The share of each half-hour of the clock in a commune's night: of the expected energy, and of full power. */
export interface HalfHourShares {
  readonly night: LocalDate;
  readonly commune: string | null;
  readonly promised: readonly number[];
  readonly fullPower: readonly number[];
}

/** Splits the energy of communes' nights into half-hours by shares, for nights without readings. */
export async function spreadHalfHours(tx: Queryable, tenant: string, shares: readonly HalfHourShares[]): Promise<void> {
  const list = (numbers: readonly number[]) => `{${numbers.join(',')}}`;
  await tx.query({
    text: SPREAD,
    values: [
      tenant,
      shares.map(({ night }) => night),
      shares.map(({ commune }) => commune),
      shares.map(({ promised }) => list(promised)),
      shares.map(({ fullPower }) => list(fullPower)),
    ],
  });
}
