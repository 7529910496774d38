import type { Queryable } from '@alzette/kit/database';
import type { Places } from '../contract/contract.ts';

const COMMUNES = `
  SELECT commune AS zone, count(*) AS lamps FROM lighting.lamp
  WHERE tenant = $1 AND commune IS NOT NULL AND ($2::text[] IS NULL OR commune = ANY ($2))
  GROUP BY commune ORDER BY commune`;
const STREETS = `
  SELECT commune || '/' || street AS zone, count(*) AS lamps FROM lighting.lamp
  WHERE tenant = $1 AND commune || '/' || street IS NOT NULL AND ($2::text[] IS NULL OR commune = ANY ($2))
  GROUP BY commune, street ORDER BY commune, street`;
const CABINETS = `
  SELECT l.cabinet AS zone, min(c.name) AS name, count(*) AS lamps
  FROM lighting.lamp l LEFT JOIN lighting.cabinet c ON c.tenant = $1 AND c.id = l.cabinet
  WHERE l.tenant = $1 AND l.cabinet IS NOT NULL GROUP BY l.cabinet
  HAVING $2::text[] IS NULL OR bool_and(coalesce(l.commune = ANY ($2), false)) ORDER BY min(c.name), l.cabinet`;

/** Zones for strategies other than drawn zones. @param only those in these communes; null: all */
export async function listPlaces(
  db: Queryable,
  tenant: string,
  only: readonly string[] | null,
): Promise<Omit<Places, 'zones'>> {
  const values = [tenant, only];
  const [communes, streets, cabinets] = await Promise.all([
    db.query<Places['communes'][number]>({ text: COMMUNES, values }),
    db.query<Places['streets'][number]>({ text: STREETS, values }),
    db.query<Places['cabinets'][number]>({ text: CABINETS, values }),
  ]);
  return { communes: communes.rows, streets: streets.rows, cabinets: cabinets.rows };
}
