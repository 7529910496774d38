import type { Queryable } from '@alzette/kit/database';
import type { Anomaly, LampNight, ZoneNight } from '../contract/contract.ts';
import type { LocalDate } from '../sun/local-time.ts';

const ZONE_NIGHTS = `
  SELECT night::text AS night, measured, promised, full_power AS reference, by_day AS "byDay", lamps,
    measured_lamps AS "measuredLamps", full_power / nullif(full_power_all, 0) AS "measuredShare"
  FROM lighting.zone_night
  WHERE tenant = $1 AND kind = $2 AND zone = $3 AND night BETWEEN $4::date AND $5::date ORDER BY night`;
const LAMP_NIGHTS = `
  SELECT night::text AS night, measured / 1000 AS measured, promised / 1000 AS promised, full_power / 1000 AS reference,
    by_day / 1000 AS "byDay", covered
  FROM lighting.lamp_night WHERE tenant = $1 AND lamp = $2 AND night BETWEEN $3::date AND $4::date ORDER BY night`;
const LAST_NIGHT = `SELECT max(night)::text AS night FROM lighting.zone_night WHERE tenant = $1 AND kind = 'all'`;
const ANOMALIES = `
  WITH nights AS (
    SELECT lamp,
      count(*) FILTER (WHERE night > $2::date - 7) AS nights,
      avg(covered) FILTER (WHERE night > $2::date - 7) AS covered,
      avg(by_day) FILTER (WHERE night > $2::date - 7) AS by_day,
      avg(full_power) FILTER (WHERE night > $2::date - 7) AS full_power,
      avg(measured) FILTER (WHERE night > $2::date - 7) AS measured,
      avg(promised) FILTER (WHERE night > $2::date - 7) AS promised,
      sum(measured) FILTER (WHERE night > $2::date - 7 AND covered >= 0.9)
        / nullif(sum(promised) FILTER (WHERE night > $2::date - 7 AND covered >= 0.9), 0) AS ratio,
      sum(measured) FILTER (WHERE night <= $2::date - 7 AND covered >= 0.9)
        / nullif(sum(promised) FILTER (WHERE night <= $2::date - 7 AND covered >= 0.9), 0) AS ratio_before
    FROM lighting.lamp_night WHERE tenant = $1 AND night BETWEEN $2::date - 67 AND $2::date
    GROUP BY lamp
  ), judged AS (
    SELECT *, CASE
      WHEN covered < 0.5 AND EXISTS (
        SELECT FROM lighting.outlier o
        WHERE o.tenant = $1 AND o.entity = nights.lamp AND o.night BETWEEN $2::date - 6 AND $2::date) THEN 'implausible'
      WHEN covered < 0.5 THEN 'silent'
      WHEN by_day > full_power * $3::real THEN 'dayBurner'
      WHEN ratio > 1.2 THEN 'tooMuch'
      WHEN ratio < 0.8 THEN 'tooLittle'
      WHEN abs(ratio - ratio_before) > 0.1 THEN 'drift' END AS kind
    FROM nights WHERE nights > 0
  )
  SELECT j.lamp, l.name, l.commune, l.street, j.kind, j.nights, j.measured / 1000 AS measured, j.promised / 1000 AS promised,
    j.by_day / 1000 AS "byDay", j.ratio, j.ratio_before AS "ratioBefore"
  FROM judged j JOIN lighting.lamp l ON l.tenant = $1 AND l.id = j.lamp
  WHERE j.kind IS NOT NULL AND ($5::text[] IS NULL OR l.commune = ANY ($5))
  ORDER BY j.kind, abs(coalesce(j.ratio, 0) - 1) DESC, j.lamp LIMIT $4`;

const MAX_ANOMALIES = 1000;

export async function zoneNights(
  db: Queryable,
  tenant: string,
  {
    kind,
    zone,
    from,
    to,
  }: { readonly kind: string; readonly zone: string; readonly from: string; readonly to: string },
): Promise<ZoneNight[]> {
  return (await db.query<ZoneNight>({ text: ZONE_NIGHTS, values: [tenant, kind, zone, from, to] })).rows;
}

export async function lampNights(
  db: Queryable,
  tenant: string,
  { lamp, from, to }: { readonly lamp: string; readonly from: string; readonly to: string },
): Promise<LampNight[]> {
  return (await db.query<LampNight>({ text: LAMP_NIGHTS, values: [tenant, lamp, from, to] })).rows;
}

/** The latest summed night. */
export async function lastNight(db: Queryable, tenant: string): Promise<LocalDate | undefined> {
  const { rows } = await db.query<{ night: string | null }>({ text: LAST_NIGHT, values: [tenant] });
  return rows[0]?.night ?? undefined;
}

/**
 * Lamps that burn by day, do not report, or consume more or less than expected, in the last seven nights.
 *
 * @param communes only their lamps; null: all
 */
export async function anomalies(
  db: Queryable,
  tenant: string,
  night: LocalDate,
  dayBurnerShare: number,
  communes: readonly string[] | null,
): Promise<Anomaly[]> {
  const values = [tenant, night, dayBurnerShare, MAX_ANOMALIES, communes];
  return (await db.query<Anomaly>({ text: ANOMALIES, values })).rows;
}
