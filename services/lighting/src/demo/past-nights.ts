import type { Database } from '@alzette/kit/database';
import { sumZones } from '../measure/close-night.ts';
import type { AssignedStrategies } from '../strategies/assignments.ts';
import type { LocalDate } from '../sun/local-time.ts';

const COMMUNES = `SELECT DISTINCT commune FROM lighting.lamp WHERE tenant = $1`;

/**
 * Lamps differ by two percent from what is promised. One in twelve fails once in the period, for some nights; one in
 * three hundred burns by day as well; one in two hundred is not heard in the last week.
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
      1 + ((abs(hashtext(l.id || n.night)) % 1000) / 1000.0 - 0.5) * 0.03 + ((hash % 1000) / 1000.0 - 0.5) * 0.01 AS factor,
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

/** Makes the demo's measured nights: those that are there stay. */
export async function fillNights(
  db: Database,
  tenant: string,
  {
    nights,
    all,
    strategies,
  }: {
    readonly nights: readonly LocalDate[];
    /** The first and the last night of the demo's past. */
    readonly all: readonly [LocalDate, LocalDate];
    readonly strategies: AssignedStrategies;
  },
): Promise<void> {
  const { rows } = await db.query<{ commune: string | null }>({ text: COMMUNES, values: [tenant] });
  const made = nights.flatMap((night) =>
    rows.map(({ commune }) => ({
      night,
      commune,
      ...strategies.promiseFor({ id: '', commune, street: null, cabinet: null }, night),
    })),
  );
  await db.transaction(async (tx) => {
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
    await sumZones(tx, tenant, nights[0] as LocalDate, nights.at(-1) as LocalDate);
  });
}
