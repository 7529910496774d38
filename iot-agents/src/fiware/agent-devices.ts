import type { Queryable } from '../database.ts';

/** By the given entity name, or by an id made of type and device_id. */
const OF_ENTITY = `
  SELECT coalesce(nullif(apikey, ''), (
      SELECT g.apikey FROM iot.service_group AS g
      WHERE g.service = agent_device.service AND g.subservice = agent_device.subservice
      ORDER BY (g.document->>'entity_type' = agent_device.document->>'entity_type') DESC NULLS LAST, g.id LIMIT 1)) AS apikey,
    device_id
  FROM iot.agent_device
  WHERE service = $1 AND (document->>'entity_name' IN ($2, $3) OR device_id = $3)
  ORDER BY id LIMIT 20`;

/** Candidates for the devices of an entity, by their key and id. */
export async function findAgentDevices(
  db: Queryable,
  tenant: string,
  entityId: string,
): Promise<{ apikey: string; deviceId: string }[]> {
  const short = entityId.replace(/^urn:ngsi-ld:[^:]+:/, '');
  const { rows } = await db.query<{ apikey: string | null; device_id: string }>({
    text: OF_ENTITY,
    values: [tenant, entityId, short],
  });
  return rows.map((row) => ({ apikey: row.apikey ?? '', deviceId: row.device_id }));
}
