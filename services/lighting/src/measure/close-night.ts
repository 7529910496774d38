import type { Queryable, Transaction } from '@alzette/kit/database';
import type { AssignedStrategies } from '../strategies/assignments.ts';
import type { NightPromise } from '../strategies/strategy.ts';
import { instantOf, type LocalDate, nextDay } from '../sun/local-time.ts';
import type { Site } from '../sun/sun-night.ts';
import { type CabinetHours, closeCabinets } from './close-cabinets.ts';
import { splitHalfHours } from './half-hours.ts';
import { forgetOutliers, KEEP_OUTLIERS, LAMP_PAIRS, SPANS } from './spans.ts';

const LAMPS = `SELECT id, commune, street, cabinet, zones, power FROM lighting.lamp WHERE tenant = $1`;

const SUM_LAMPS = `
  WITH asked AS (
    SELECT $13::timestamptz AS since, $14::timestamptz AS till, $15::interval AS longest_gap
  ), lamp AS (
    SELECT * FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::integer[], $9::timestamptz[],
                         $10::timestamptz[], $11::real[], $12::real[])
      AS l (id, commune, street, cabinet, strategy, version, starts, ends, promised, full_power)
  ), ${LAMP_PAIRS}, ${SPANS}, ${KEEP_OUTLIERS}, part AS (
    SELECT l.id, l.starts, l.ends, seconds, wh,
      greatest(0, extract(epoch FROM least(next_at, l.ends + $16::interval) - greatest(at, l.starts - $16::interval))) AS night_s,
      greatest(0, extract(epoch FROM least(next_at, $14) - greatest(at, $13))) AS whole_s,
      greatest(0, extract(epoch FROM least(next_at, l.ends) - greatest(at, l.starts))) AS burning_s
    FROM span JOIN lamp l ON l.id = span.id
  ), sums AS (
    SELECT id,
      coalesce(sum(wh * night_s / seconds), 0) AS measured,
      coalesce(sum(wh * greatest(0, whole_s - night_s) / seconds), 0) AS by_day,
      coalesce(sum(burning_s) FILTER (WHERE wh IS NOT NULL), 0) / extract(epoch FROM max(ends) - max(starts)) AS covered
    FROM part GROUP BY id
  )
  INSERT INTO lighting.lamp_night AS n
    (tenant, night, lamp, commune, street, cabinet, strategy, version, measured, promised, full_power, by_day, covered)
  SELECT $1, $2::date, l.id, l.commune, l.street, l.cabinet, l.strategy, l.version, coalesce(s.measured, 0), l.promised,
         l.full_power, coalesce(s.by_day, 0), coalesce(s.covered, 0)
  FROM lamp l LEFT JOIN sums s ON s.id = l.id
  ON CONFLICT (tenant, night, lamp) DO UPDATE SET
    commune = EXCLUDED.commune, street = EXCLUDED.street, cabinet = EXCLUDED.cabinet, strategy = EXCLUDED.strategy,
    version = EXCLUDED.version, measured = EXCLUDED.measured, promised = EXCLUDED.promised,
    full_power = EXCLUDED.full_power, by_day = EXCLUDED.by_day, covered = EXCLUDED.covered`;

const FORGET_ZONES = `DELETE FROM lighting.zone_night WHERE tenant = $1 AND night BETWEEN $2::date AND $3::date`;
const SUM_ZONES = `
  INSERT INTO lighting.zone_night
    (tenant, kind, zone, night, lamps, measured_lamps, day_burners, measured, promised, full_power, by_day, full_power_all)
  SELECT tenant, kind, zone, night, count(*), count(*) FILTER (WHERE is_measured),
    count(*) FILTER (WHERE by_day > full_power * $4::real),
    coalesce(sum(measured::float8) FILTER (WHERE is_measured), 0) / 1000,
    coalesce(sum(coalesce(promised, full_power)::float8) FILTER (WHERE is_measured), 0) / 1000,
    coalesce(sum(full_power::float8) FILTER (WHERE is_measured), 0) / 1000,
    sum(by_day::float8) / 1000,
    coalesce(sum(full_power::float8), 0) / 1000
  FROM lighting.lamp_night
    CROSS JOIN LATERAL (SELECT covered >= $5::real AND full_power IS NOT NULL AS is_measured) m
    CROSS JOIN LATERAL (VALUES ('all', ''), ('commune', commune), ('cabinet', cabinet), ('street', commune || '/' || street))
      AS z (kind, zone)
  WHERE tenant = $1 AND night BETWEEN $2::date AND $3::date AND zone IS NOT NULL
  GROUP BY tenant, kind, zone, night`;
/** Drawn zones are few, with few lamps. They are summed separately, over the lamps that are in them now. */
const SUM_DRAWN_ZONES = `
  INSERT INTO lighting.zone_night
    (tenant, kind, zone, night, lamps, measured_lamps, day_burners, measured, promised, full_power, by_day, full_power_all)
  SELECT n.tenant, 'zone', zone, night, count(*), count(*) FILTER (WHERE is_measured),
    count(*) FILTER (WHERE by_day > full_power * $4::real),
    coalesce(sum(measured::float8) FILTER (WHERE is_measured), 0) / 1000,
    coalesce(sum(coalesce(promised, full_power)::float8) FILTER (WHERE is_measured), 0) / 1000,
    coalesce(sum(full_power::float8) FILTER (WHERE is_measured), 0) / 1000,
    sum(by_day::float8) / 1000,
    coalesce(sum(full_power::float8), 0) / 1000
  FROM lighting.lamp l CROSS JOIN LATERAL unnest(l.zones) AS zone
    JOIN lighting.lamp_night n ON n.tenant = $1 AND n.lamp = l.id
    CROSS JOIN LATERAL (SELECT covered >= $5::real AND full_power IS NOT NULL AS is_measured) m
  WHERE l.tenant = $1 AND night BETWEEN $2::date AND $3::date
  GROUP BY n.tenant, zone, night
  ON CONFLICT DO NOTHING`;

/** Readings that are farther apart say nothing about the time between them, except by a meter. */
const LONGEST_GAP = '2 hours';
/** Lamps do not switch on the second, so readings this shortly before and after still belong to the night. */
const SWITCHING_S = 1800;
const SWITCHING = `${SWITCHING_S} seconds`;
/** A lamp that consumes this share of a full night by day burns by day. */
export const DAY_BURNER_SHARE = 0.15;
/** A night with less coverage by readings does not count as measured. */
const MIN_COVERED = 0.9;

interface LampRow {
  readonly id: string;
  readonly commune: string | null;
  readonly street: string | null;
  readonly cabinet: string | null;
  readonly zones: string[];
  readonly power: number | null;
}

/**
 * Sums a night from the readings: the consumption of each lamp and the expectation of its strategy, then by zone.
 * Repeated, it includes late readings.
 */
export async function closeNight(
  tx: Transaction,
  {
    tenant,
    night,
    site,
    strategies,
  }: {
    readonly tenant: string;
    readonly night: LocalDate;
    readonly site: Site;
    readonly strategies: AssignedStrategies;
  },
): Promise<void> {
  const { rows } = await tx.query<LampRow>({ text: LAMPS, values: [tenant] });
  const promised = rows.map((lamp) => ({ lamp, ...strategies.promiseFor(lamp, night) }));
  const [from, to] = [instantOf(night, 720, site.timeZone), instantOf(nextDay(night), 720, site.timeZone)];
  await forgetOutliers(tx, tenant, night);
  await tx.query({
    text: SUM_LAMPS,
    values: [
      tenant,
      night,
      rows.map(({ id }) => id),
      rows.map(({ commune }) => commune),
      rows.map(({ street }) => street),
      rows.map(({ cabinet }) => cabinet),
      promised.map(({ strategy }) => strategy ?? null),
      promised.map(({ version }) => version ?? null),
      promised.map(({ promise }) => new Date(promise.on).toISOString()),
      promised.map(({ promise }) => new Date(promise.off).toISOString()),
      promised.map(({ lamp: { power }, promise }) => power && power * promise.powerHours + promise.standby),
      promised.map(({ lamp: { power }, promise }) => power && power * promise.burningHours),
      new Date(from).toISOString(),
      new Date(to).toISOString(),
      LONGEST_GAP,
      SWITCHING,
    ],
  });
  await sumZones(tx, tenant, night, night);
  await splitHalfHours(tx, tenant, night, {
    lamps: promised.map(({ lamp: { id }, promise: { on, off } }) => ({ id, on, off })),
    from,
    to,
    timeZone: site.timeZone,
    leastCovered: MIN_COVERED,
    longestGap: LONGEST_GAP,
    switchingS: SWITCHING_S,
  });
  await closeCabinets(tx, tenant, night, {
    hours: cabinetHours(promised),
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    longestGap: LONGEST_GAP,
    switching: SWITCHING,
  });
}

/** A cabinet is on from when its first lamp goes on until the last is off. */
function cabinetHours(
  promised: readonly { readonly lamp: LampRow; readonly promise: NightPromise }[],
): Map<string, CabinetHours> {
  const hours = new Map<string, CabinetHours>();
  for (const { lamp, promise } of promised) {
    if (lamp.cabinet === null || promise.off <= promise.on) continue;
    const { on = promise.on, off = promise.off } = hours.get(lamp.cabinet) ?? {};
    hours.set(lamp.cabinet, { on: Math.min(on, promise.on), off: Math.max(off, promise.off) });
  }
  return hours;
}

/** Sums the past nights of drawn zones where that is missing, for a new zone. */
export async function sumDrawnZones(db: Queryable, tenant: string, to: LocalDate): Promise<void> {
  await db.query({ text: SUM_DRAWN_ZONES, values: [tenant, '2000-01-01', to, DAY_BURNER_SHARE, MIN_COVERED] });
}

/** Computes the sums by zone again from the nights of lamps. */
export async function sumZones(tx: Queryable, tenant: string, from: LocalDate, to: LocalDate): Promise<void> {
  await tx.query({ text: FORGET_ZONES, values: [tenant, from, to] });
  await tx.query({ text: SUM_ZONES, values: [tenant, from, to, DAY_BURNER_SHARE, MIN_COVERED] });
  await tx.query({ text: SUM_DRAWN_ZONES, values: [tenant, from, to, DAY_BURNER_SHARE, MIN_COVERED] });
}
