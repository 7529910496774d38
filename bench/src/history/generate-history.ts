import pg from 'pg';

export const LAMPS = 100;
export const SENSORS = 5000;
export const LAMP = 'HistoryLamp';
export const SENSOR = 'HistorySensor';
const DEFAULT_CONTEXT = 'https://uri.etsi.org/ngsi-ld/default-context/';
const SENSOR_HOURS = 24;
const DAY = 86_400_000;

const ENTITIES = `
  INSERT INTO entity (tenant, id, types, document, created_at, modified_at, version)
  SELECT '', 'urn:ngsi-ld:' || $1 || ':' || n, ARRAY['${DEFAULT_CONTEXT}' || $1],
    jsonb_build_object('id', 'urn:ngsi-ld:' || $1 || ':' || n, 'types', jsonb_build_array('${DEFAULT_CONTEXT}' || $1),
      'createdAt', '2025-01-01T00:00:00.000Z', 'modifiedAt', '2025-01-01T00:00:00.000Z', 'attributes', '{}'::jsonb),
    '2025-01-01Z', '2025-01-01Z', 1
  FROM generate_series(0, $2::int - 1) AS n`;

// The same rows as the write lane creates, in the order of time.
const INSTANCES = `
  INSERT INTO history (tenant, entity_id, attribute, dataset_id, kind, at, modified_at, instance, number)
  SELECT '', 'urn:ngsi-ld:' || $1 || ':' || n, '${DEFAULT_CONTEXT}level', '', 'attributeUpdated', at, at,
    format('{"type":"Property","value":%1$s,"unitCode":"P1","observedAt":"%2$s","createdAt":"2025-01-01T00:00:00.000Z","modifiedAt":"%2$s"}',
      v, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))::jsonb, v
  FROM generate_series($3::timestamptz, $4::timestamptz - interval '1 second', make_interval(secs => $5)) AS at,
    generate_series(0, $2::int - 1) AS n,
    -- Depends on \`n\`, so that each row gets its own random number.
    LATERAL (SELECT round((random() * 100 + n * 0)::numeric, 2) AS v) AS value`;

const FILLED = `
  SELECT (SELECT max(at) + interval '1 hour' FROM history WHERE tenant = '' AND attribute = '${DEFAULT_CONTEXT}level'
    AND entity_id = 'urn:ngsi-ld:${SENSOR}:0') AS until`;

/** The period that was generated earlier; undefined: there is none. */
export async function filledHistory(client: pg.Client): Promise<{ from: Date; to: Date } | undefined> {
  const { until } = (await client.query<{ until: Date | null }>(FILLED)).rows[0] ?? {};
  return until ? { from: new Date(until.getTime() - 365 * DAY), to: until } : undefined;
}

/**
 * Generates a year of measurements of lamps and a day of many sensors, with this number of instances in total. Returns
 * the end of the period.
 */
export async function generateHistory(
  client: pg.Client,
  databaseUrl: string,
  instances: number,
): Promise<{ from: Date; to: Date; stepSeconds: number }> {
  const to = new Date(Math.floor(Date.now() / DAY) * DAY);
  const from = new Date(to.getTime() - 365 * DAY);
  const stepSeconds = Math.max(1, Math.round((365 * 86_400 * LAMPS) / (instances - SENSORS * SENSOR_HOURS)));
  await client.query('SELECT make_history_partitions($1, $2)', [from, to]);
  await client.query(ENTITIES, [LAMP, LAMPS]);
  await client.query(ENTITIES, [SENSOR, SENSORS]);
  // Each of two connections writes half of the year.
  const middle = new Date(from.getTime() + 180 * DAY);
  await Promise.all([
    fillLamps(databaseUrl, from, middle, stepSeconds),
    fillLamps(databaseUrl, middle, to, stepSeconds),
  ]);
  await client.query(INSTANCES, [SENSOR, SENSORS, new Date(to.getTime() - DAY), to, 3600]);
  await client.query('VACUUM ANALYZE history');
  await client.query('VACUUM ANALYZE entity');
  return { from, to, stepSeconds };
}

async function fillLamps(databaseUrl: string, from: Date, to: Date, stepSeconds: number): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  for (let start = from.getTime(); start < to.getTime(); start += 5 * DAY) {
    const end = Math.min(start + 5 * DAY, to.getTime());
    await client.query(INSTANCES, [LAMP, LAMPS, new Date(start), new Date(end), stepSeconds]);
  }
  await client.end();
}
