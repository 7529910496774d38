import type { Queryable } from '@alzette/kit/database';
import type { CabinetFinding } from '../contract/contract.ts';
import type { LocalDate } from '../sun/local-time.ts';

/** Cables lose some percent and meters are inexact, so smaller differences are no finding. */
const FINDINGS = `
  WITH nights AS (
    SELECT cabinet, count(*) AS nights, avg(covered) AS covered,
      avg(measured) FILTER (WHERE covered >= 0.9)::float8 AS measured,
      avg(by_day) FILTER (WHERE covered >= 0.9)::float8 AS by_day,
      avg(lamps_by_day) FILTER (WHERE covered >= 0.9)::float8 AS lamps_by_day,
      avg(imbalance) FILTER (WHERE covered >= 0.9)::float8 AS imbalance,
      avg(lamps_measured) FILTER (WHERE covered >= 0.9)::float8 AS lamps_measured,
      avg(measured) FILTER (WHERE covered >= 0.9 AND lamps_measured IS NOT NULL)::float8 AS comparable
    FROM lighting.cabinet_night WHERE tenant = $1 AND night > $2::date - 7 AND night <= $2::date
    GROUP BY cabinet
  ), found AS (
    SELECT n.*, kind FROM nights n CROSS JOIN LATERAL (VALUES
      ('silent', covered < 0.3),
      ('energyByDay', by_day - lamps_by_day > greatest(0.3, measured * 0.05)),
      ('lostEnergy', comparable - lamps_measured > greatest(0.3, lamps_measured * 0.15)),
      ('phaseImbalance', imbalance > 0.3)) AS k (kind, holds)
    WHERE holds
  )
  SELECT f.cabinet, c.name, c.commune, f.kind, f.nights, f.measured, f.by_day AS "byDay",
    f.lamps_measured AS "lampsMeasured", f.lamps_by_day AS "lampsByDay", f.imbalance
  FROM found f JOIN lighting.cabinet c ON c.tenant = $1 AND c.id = f.cabinet
  ORDER BY f.kind, f.by_day DESC NULLS LAST, f.cabinet LIMIT 1000`;

/** Cabinets with such findings in the last seven nights. */
export async function cabinetFindings(db: Queryable, tenant: string, night: LocalDate): Promise<CabinetFinding[]> {
  return (await db.query<CabinetFinding>({ text: FINDINGS, values: [tenant, night] })).rows;
}
