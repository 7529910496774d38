import type { Queryable } from '@alzette/kit/database';
import type { LampZone } from './lamp-zones.ts';

const LAMPS_OF_ZONE = `
  SELECT id, coalesce(commune || '/' || street, '') AS street FROM lighting.lamp
  WHERE tenant = $1 AND CASE $2 WHEN 'all' THEN true WHEN 'commune' THEN commune = $3 WHEN 'cabinet' THEN cabinet = $3
    WHEN 'street' THEN commune || '/' || street = $3
    WHEN 'zone' THEN $3 = ANY (zones) ELSE id = $3 END
  ORDER BY street, id`;

/** The lamps of a zone with their streets, ordered by these. */
export async function lampsOfZone(
  db: Queryable,
  tenant: string,
  { kind, zone }: LampZone,
): Promise<{ readonly id: string; readonly street: string }[]> {
  const values = [tenant, kind, zone];
  return (await db.query<{ id: string; street: string }>({ text: LAMPS_OF_ZONE, values })).rows;
}
