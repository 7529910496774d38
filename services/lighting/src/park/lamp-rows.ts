import type { Database } from '@alzette/kit/database';
import type { Lamp } from './lamp.ts';

const DELETE_OTHERS = `DELETE FROM lighting.lamp WHERE tenant = $1 AND NOT id = ANY ($2::text[])`;
const UPSERT = `
  INSERT INTO lighting.lamp (tenant, id, name, commune, street, cabinet, power, colour_temperature, longitude, latitude, zones)
  SELECT $1, id, name, commune, street, cabinet, power, colour_temperature, longitude, latitude,
    CASE WHEN zones = '' THEN '{}' ELSE string_to_array(zones, ' ') END
  FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::real[], $8::real[],
              $9::float8[], $10::float8[], $11::text[])
    AS l (id, name, commune, street, cabinet, power, colour_temperature, longitude, latitude, zones)
  ON CONFLICT (tenant, id) DO UPDATE SET
    name = EXCLUDED.name, commune = EXCLUDED.commune, street = EXCLUDED.street, cabinet = EXCLUDED.cabinet,
    power = EXCLUDED.power, colour_temperature = EXCLUDED.colour_temperature,
    longitude = EXCLUDED.longitude, latitude = EXCLUDED.latitude, zones = EXCLUDED.zones
  WHERE (lighting.lamp.name, lighting.lamp.commune, lighting.lamp.street, lighting.lamp.cabinet, lighting.lamp.power,
         lighting.lamp.colour_temperature, lighting.lamp.longitude, lighting.lamp.latitude, lighting.lamp.zones)
    IS DISTINCT FROM (EXCLUDED.name, EXCLUDED.commune, EXCLUDED.street, EXCLUDED.cabinet, EXCLUDED.power,
                      EXCLUDED.colour_temperature, EXCLUDED.longitude, EXCLUDED.latitude, EXCLUDED.zones)`;

/** Rows per statement: the values of one are written in one turn of the event loop. */
const AT_ONCE = 1000;

/** Replaces the lamps of a tenant in the table by these. */
export async function keepLamps(db: Database, tenant: string, lamps: readonly Lamp[]): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.query({ text: DELETE_OTHERS, values: [tenant, lamps.map(({ id }) => id)] });
    for (let from = 0; from < lamps.length; from += AT_ONCE) {
      await tx.query({ text: UPSERT, values: [tenant, ...columnsOf(lamps.slice(from, from + AT_ONCE))] });
    }
  });
}

function columnsOf(lamps: readonly Lamp[]): unknown[] {
  const column = <T>(value: (lamp: Lamp) => T | undefined): (T | null)[] => lamps.map((lamp) => value(lamp) ?? null);
  return [
    column((lamp) => lamp.id),
    column((lamp) => lamp.name),
    column((lamp) => lamp.commune),
    column((lamp) => lamp.street),
    column((lamp) => lamp.cabinet),
    column((lamp) => lamp.power),
    column((lamp) => lamp.colourTemperature),
    column((lamp) => lamp.position?.[0]),
    column((lamp) => lamp.position?.[1]),
    lamps.map(({ zones = [] }) => zones.join(' ')), // zone ids have no spaces
  ];
}
