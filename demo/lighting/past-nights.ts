import type { Database, Queryable } from '@alzette/kit/database';
import { driverWithLosses, powerShare } from '../../services/lighting/src/energy/driver.ts';
import { sumZones } from '../../services/lighting/src/measure/close-night.ts';
import { type HalfHourShares, spreadHalfHours } from '../../services/lighting/src/measure/half-hours.ts';
import type { AssignedStrategies } from '../../services/lighting/src/strategies/assignments.ts';
import type { NightPromise } from '../../services/lighting/src/strategies/strategy.ts';
import { type LocalDate, wallTime } from '../../services/lighting/src/sun/local-time.ts';

const COMMUNES = `SELECT DISTINCT commune FROM lighting.lamp WHERE tenant = $1`;

/**
 * Lamps vary by two percent. One in twelve fails once for some nights; one in three hundred also burns by day; one in
 * two hundred does not report in the last week; one in four hundred consumes more each month.
 */
const FILL = `
  WITH night AS (
    SELECT * FROM unnest($2::date[], $3::text[], $4::text[], $5::integer[], $6::float8[], $7::float8[])
      AS n (night, commune, strategy, version, power_hours, burning_hours)
  ), lamp AS (
    SELECT *, abs(hashtext(id)) AS hash, (hashtext(id || 'fault') & 1023) % 362 AS fails_at FROM lighting.lamp
    WHERE tenant = $1 AND power IS NOT NULL
  ), lamp_night AS (
    SELECT l.*, n.night, n.strategy, n.version, power * power_hours AS promised, power * burning_hours AS full_power,
      1 + ((abs(hashtext(l.id || n.night)) % 1000) / 1000.0 - 0.5) * 0.03 + ((hash % 1000) / 1000.0 - 0.5) * 0.01
        + CASE WHEN hash % 400 = 3 THEN greatest(0, 20 - ($9::date - n.night)) * 0.015 ELSE 0 END AS factor,
      hash % 12 = 0 AND (n.night - $8::date) BETWEEN fails_at AND fails_at + 2 + hash % 9 AS failed,
      hash % 300 = 1 AS burns_by_day,
      hash % 200 = 2 AND $9::date - n.night < 7 AS silent
    FROM lamp l JOIN night n ON n.commune IS NOT DISTINCT FROM l.commune
  )
  INSERT INTO lighting.lamp_night
    (tenant, night, lamp, commune, street, cabinet, strategy, version, measured, promised, full_power, by_day, covered)
  SELECT tenant, night, id, commune, street, cabinet, strategy, version,
    CASE WHEN silent THEN 0 WHEN failed THEN full_power * 0.01 ELSE promised * factor END, promised, full_power,
    CASE WHEN burns_by_day AND NOT silent THEN power * 24 - full_power ELSE 5 END,
    CASE WHEN silent THEN 0 ELSE 1 END
  FROM lamp_night
  ON CONFLICT (tenant, night, lamp) DO NOTHING`;

/** For older nights only zones are stored, because the variation of lamps averages out. */
const FILL_ZONES = `
  WITH night AS (
    SELECT *, 0.995 + ((abs(hashtext(commune || night)) % 1000) / 1000.0 - 0.5) * 0.02 AS factor
    FROM unnest($2::date[], $3::text[], $4::float8[], $5::float8[]) AS n (night, commune, power_hours, burning_hours)
  ), place AS (
    SELECT commune, street, cabinet, count(*) AS lamps, sum(power::float8) / 1000 AS power FROM lighting.lamp
    WHERE tenant = $1 AND power IS NOT NULL GROUP BY commune, street, cabinet
  )
  INSERT INTO lighting.zone_night
    (tenant, kind, zone, night, lamps, measured_lamps, day_burners, measured, promised, full_power, by_day, full_power_all)
  SELECT $1, kind, zone, night, sum(lamps), sum(lamps), 0, sum(power * power_hours * factor), sum(power * power_hours),
    sum(power * burning_hours), sum(lamps) * 0.005, sum(power * burning_hours)
  FROM place p JOIN night n ON n.commune IS NOT DISTINCT FROM p.commune
    CROSS JOIN LATERAL (
      VALUES ('all', ''), ('commune', p.commune), ('cabinet', cabinet), ('street', p.commune || '/' || street)) AS z (kind, zone)
  WHERE zone IS NOT NULL
  GROUP BY kind, zone, night
  ON CONFLICT DO NOTHING`;

/**
 * Cable losses are three percent. At one cabinet, power was drawn by day for ten days; another has an imbalance of its
 * phases.
 */
const FILL_CABINETS = `
  INSERT INTO lighting.cabinet_night
    (tenant, night, cabinet, measured, by_day, lamps_measured, lamps_by_day, imbalance, covered)
  SELECT $1, z.night, c.id, z.measured * 1.03,
    z.by_day * 1.03 + CASE WHEN c.n = 2 AND $4::date - z.night < 10 THEN 4.2 ELSE 0 END,
    CASE WHEN z.lamps = z.measured_lamps THEN z.measured END, z.by_day,
    CASE WHEN c.n = 3 THEN 0.46 ELSE 0.05 END, 1
  FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM lighting.cabinet WHERE tenant = $1) c
    JOIN lighting.zone_night z ON z.tenant = $1 AND z.kind = 'cabinet' AND z.zone = c.id
  WHERE z.night BETWEEN $2::date AND $3::date
  ON CONFLICT DO NOTHING`;

interface MadeNight {
  readonly night: LocalDate;
  readonly commune: string | null;
  readonly promise: NightPromise;
  readonly strategy?: string;
  readonly version?: number;
}

/**
 * Creates the demo's measured nights; existing ones are not changed. @param given `lamps`: for each lamp, otherwise
 * zones only
 */
export async function fillNights(
  db: Database,
  tenant: string,
  given: {
    readonly nights: readonly LocalDate[];
    /** The first and the last night of the demo's history. */
    readonly all: readonly [LocalDate, LocalDate];
    readonly strategies: AssignedStrategies;
    readonly timeZone: string;
    readonly lamps: boolean;
  },
): Promise<void> {
  const { nights, all, strategies, timeZone } = given;
  const { rows } = await db.query<{ commune: string | null }>({ text: COMMUNES, values: [tenant] });
  const made = nights.flatMap((night) =>
    rows.map(({ commune }): MadeNight => {
      const place = { id: '', commune, street: null, cabinet: null, zones: [] };
      return { night, commune, ...strategies.promiseFor(place, night) };
    }),
  );
  const [first, last] = [nights[0] as LocalDate, nights.at(-1) as LocalDate];
  await db.transaction(async (tx) => {
    if (given.lamps) {
      await fillLamps(tx, tenant, made, all);
      await sumZones(tx, tenant, first, last);
      await tx.query({ text: FILL_CABINETS, values: [tenant, first, last, all[1]] });
    } else {
      const hours = (value: (promise: NightPromise) => number) => made.map(({ promise }) => value(promise));
      const places = [made.map(({ night }) => night), made.map(({ commune }) => commune)];
      const values = [tenant, ...places, hours((p) => p.powerHours), hours((p) => p.burningHours)];
      await tx.query({ text: FILL_ZONES, values });
    }
    await spreadHalfHours(
      tx,
      tenant,
      made.map((each) => halfHourShares(each, timeZone)),
    );
  });
}

async function fillLamps(
  tx: Queryable,
  tenant: string,
  made: readonly MadeNight[],
  all: readonly [LocalDate, LocalDate],
): Promise<void> {
  await tx.query({
    text: FILL,
    values: [
      tenant,
      made.map(({ night }) => night),
      made.map(({ commune }) => commune),
      made.map(({ strategy }) => strategy ?? null),
      made.map(({ version }) => version ?? null),
      made.map(({ promise }) => promise.powerHours),
      made.map(({ promise }) => promise.burningHours),
      ...all,
    ],
  });
}

const HALF_HOUR_MS = 1_800_000;
const HALF_HOURS = 48;
/** The driver of the demo's lamps. */
const DRIVER = driverWithLosses(0.08);

function halfHourShares({ night, commune, promise }: MadeNight, timeZone: string): HalfHourShares {
  const [promised, fullPower] = [new Array<number>(HALF_HOURS).fill(0), new Array<number>(HALF_HOURS).fill(0)];
  for (const { from, to, level } of promise.steps) {
    for (let at = from; at < to; ) {
      const next = Math.min(to, (Math.floor(at / HALF_HOUR_MS) + 1) * HALF_HOUR_MS);
      const half = Math.floor(wallTime(at, timeZone).minutes / 30);
      fullPower[half] = (fullPower[half] ?? 0) + next - at;
      promised[half] = (promised[half] ?? 0) + (next - at) * powerShare(DRIVER, level);
      at = next;
    }
  }
  return { night, commune, promised: asShares(promised), fullPower: asShares(fullPower) };
}

function asShares(parts: readonly number[]): number[] {
  const total = parts.reduce((sum, part) => sum + part, 0);
  return parts.map((part) => (total === 0 ? 0 : part / total));
}
