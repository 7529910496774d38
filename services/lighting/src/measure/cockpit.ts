import type { Queryable } from '@alzette/kit/database';
import type { LevelGroup, ParkNow, ServiceLevel } from '../contract/contract.ts';
import type { LightingParts } from '../parts.ts';
import { shownLevels } from '../programmes/programme.ts';
import { openAssigned } from '../strategies/assignments.ts';
import { findStrategy } from '../strategies/strategy-rows.ts';
import type { LocalDate } from '../sun/local-time.ts';

const PARK = `
  SELECT count(*) AS lamps, coalesce(sum(power), 0)::float8 / 1000 AS "installedPower",
    count(*) FILTER (WHERE power IS NULL) AS "withoutPower"
  FROM lighting.lamp WHERE tenant = $1 AND ($2::text[] IS NULL OR commune = ANY ($2))`;
const NOW = `
  WITH latest AS (
    SELECT DISTINCT ON (lamp) lamp, power, level FROM lighting.reading
    WHERE tenant = $1 AND at > now() - interval '1 hour'
      AND ($2::text[] IS NULL OR lamp IN (SELECT id FROM lighting.lamp WHERE tenant = $1 AND commune = ANY ($2)))
    ORDER BY lamp, at DESC
  )
  SELECT count(*) AS heard, coalesce(sum(power), 0)::float8 / 1000 AS power,
    avg(level) FILTER (WHERE level > 0) AS level
  FROM latest`;
/** The condition for failed nights is that of the index `lamp_night_failed`, so that only those rows are read. */
const SERVICE = `
  WITH failures AS (
    SELECT lamp, night, night - (row_number() OVER (PARTITION BY lamp ORDER BY night))::integer AS run
    FROM lighting.lamp_night
    WHERE tenant = $1 AND night > $2::date - 90 AND measured < promised * 0.2::real AND covered >= 0.9::real
      AND ($3::text[] IS NULL OR commune = ANY ($3))
  ), repairs AS (
    SELECT count(*) AS length, max(night) AS last_failed FROM failures GROUP BY lamp, run
  )
  SELECT
    (SELECT 1 - (SELECT count(*) FROM failures WHERE night > $2::date - 30)::float8 / nullif(sum(measured_lamps), 0)
      FROM lighting.zone_night WHERE tenant = $1 AND night > $2::date - 30
        AND CASE WHEN $3::text[] IS NULL THEN kind = 'all' AND zone = '' ELSE kind = 'commune' AND zone = ANY ($3) END)
      AS availability,
    (SELECT avg(length)::float8 FROM repairs WHERE last_failed < $2::date) AS "nightsToRepair",
    (SELECT count(*) FROM repairs WHERE last_failed < $2::date) AS repairs,
    (SELECT count(*) FROM repairs WHERE last_failed = $2::date) AS failed`;

/** @param communes only their lamps; null: all */
export async function parkNow(db: Queryable, tenant: string, communes: readonly string[] | null): Promise<ParkNow> {
  const values = [tenant, communes];
  const [park, now] = await Promise.all([
    db.query<Omit<ParkNow, 'now'>>({ text: PARK, values }),
    db.query<ParkNow['now']>({ text: NOW, values }),
  ]);
  return { ...(park.rows[0] as Omit<ParkNow, 'now'>), now: now.rows[0] as ParkNow['now'] };
}

/** @param communes only their lamps; null: all */
export async function serviceLevel(
  db: Queryable,
  tenant: string,
  night: LocalDate,
  communes: readonly string[] | null,
): Promise<ServiceLevel> {
  return (await db.query<ServiceLevel>({ text: SERVICE, values: [tenant, night, communes] })).rows[0] as ServiceLevel;
}

const LAMPS = `
  SELECT id, name, commune, street, cabinet, zones, longitude, latitude FROM lighting.lamp
  WHERE tenant = $1 AND ($2::text[] IS NULL OR commune = ANY ($2)) ORDER BY id`;

interface PlacedLamp {
  readonly id: string;
  readonly name: string | null;
  readonly commune: string | null;
  readonly street: string | null;
  readonly cabinet: string | null;
  readonly zones: string[];
  readonly longitude: number | null;
  readonly latitude: number | null;
}

/** The levels of a night for every lamp, by its strategy. @param communes only their lamps; null: all */
export async function levelGroups(
  parts: LightingParts,
  tenant: string,
  night: LocalDate,
  communes: readonly string[] | null,
): Promise<LevelGroup[]> {
  const { db, siteOf } = parts;
  const { rows } = await db.query<PlacedLamp>({ text: LAMPS, values: [tenant, communes] });
  const assigned = await openAssigned(db, tenant, siteOf(tenant));
  const groups = new Map<
    object,
    { readonly group: Omit<LevelGroup, 'lamps'>; readonly lamps: LevelGroup['lamps'][number][] }
  >();
  for (const lamp of rows) {
    const { promise, strategy, version } = assigned.promiseFor(lamp, night);
    const known = groups.get(promise) ?? {
      group: {
        strategy: strategy ?? null,
        strategyName: strategy === undefined ? '' : await nameOf(db, tenant, strategy, version),
        version: version ?? null,
        on: new Date(promise.on).toISOString(),
        off: new Date(promise.off).toISOString(),
        levels: shownLevels(promise.steps),
      },
      lamps: [],
    };
    const { id, name, longitude, latitude } = lamp;
    known.lamps.push({ id, name, position: longitude === null || latitude === null ? null : [longitude, latitude] });
    groups.set(promise, known);
  }
  return [...groups.values()].map(({ group, lamps }) => ({ ...group, lamps }));
}

async function nameOf(db: Queryable, tenant: string, id: string, version: number | undefined): Promise<string> {
  const row = await findStrategy(db, tenant, id, version);
  return String(row?.document.name ?? id);
}
