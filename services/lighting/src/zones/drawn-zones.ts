import type { Queryable } from '@alzette/kit/database';
import { conflict } from '@alzette/kit/problems';
import type { DrawnZone } from '../contract/contract.ts';

const INSERT = `
  INSERT INTO lighting.drawn_zone (tenant, id, name, area, author) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`;
const LIST = `
  SELECT z.id, z.name, z.area, z.author,
    (SELECT count(*) FROM lighting.lamp l WHERE l.tenant = $1 AND z.id = ANY (l.zones)) AS lamps
  FROM lighting.drawn_zone z WHERE z.tenant = $1 ORDER BY z.name, z.id`;
const DELETE = `
  DELETE FROM lighting.drawn_zone z WHERE tenant = $1 AND id = $2
    AND NOT EXISTS (SELECT 1 FROM lighting.assignment a WHERE a.tenant = $1 AND a.kind = 'zone' AND a.zone = z.id)`;

export const MAX_ZONES = 200;

/** @throws Problem 409: the id is in use, or there are too many */
export async function insertZone(db: Queryable, tenant: string, zone: Omit<DrawnZone, 'lamps'>): Promise<void> {
  if ((await listZones(db, tenant)).length >= MAX_ZONES)
    throw conflict(`there are already ${MAX_ZONES} zones, the maximum`, 'full');
  const values = [tenant, zone.id, zone.name, JSON.stringify(zone.area), zone.author];
  const { rowCount } = await db.query({ text: INSERT, values });
  if (rowCount === 0) throw conflict(`the zone "${zone.id}" already exists`, 'taken');
}

export async function listZones(db: Queryable, tenant: string): Promise<DrawnZone[]> {
  const { rows } = await db.query<Omit<DrawnZone, 'area'> & { area: string }>({
    text: LIST,
    values: [tenant],
  });
  return rows.map(({ area, ...zone }) => ({ ...zone, area: JSON.parse(area) as DrawnZone['area'] }));
}

/** @returns false: no such zone, or a strategy has run in it */
export async function deleteZone(db: Queryable, tenant: string, id: string): Promise<boolean> {
  return (await db.query({ text: DELETE, values: [tenant, id] })).rowCount === 1;
}
