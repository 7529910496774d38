import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '../../broker/src/database/database.ts';

const DAY_MS = 86_400_000;
const CHUNK_DAYS = 5;

const PAIRS = `
  CREATE TABLE public.drill_pair AS
  SELECT DISTINCT ON (entity_id, attribute) entity_id, attribute, instance
  FROM history WHERE tenant = '' AND number IS NOT NULL ORDER BY entity_id, attribute, at DESC`;
const COUNT_PAIRS = 'SELECT count(*)::int AS pairs FROM public.drill_pair';
const PARTITIONS = 'SELECT make_history_partitions($1, $2)';

/** Rows like those of the write lane, in the order of time. Each value is near the latest recorded one. */
const INSTANCES = `
  INSERT INTO history (tenant, entity_id, attribute, dataset_id, kind, at, modified_at, instance, number)
  SELECT '', entity_id, attribute, '', 'attributeUpdated', at, at,
    instance || jsonb_build_object('value', v, 'observedAt', said, 'modifiedAt', said), v
  FROM generate_series($1::timestamptz, $2::timestamptz - interval '1 second', make_interval(secs => $3)) AS at
  CROSS JOIN public.drill_pair
  CROSS JOIN LATERAL (SELECT
    round(((instance->>'value')::numeric * (0.8 + 0.4 * random()::numeric)), 2) AS v,
    to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS said) AS made`;

const END = 'DROP TABLE public.drill_pair';

const RECORDED = 'SELECT count(DISTINCT (entity_id, attribute))::int AS n FROM history WHERE number IS NOT NULL';
const LEAST_SERIES = 100;

/** Waits until the devices of the demo have sent their first values. The history is generated from these. */
export async function untilRecorded(db: Database): Promise<void> {
  while (((await db.query<{ n: number }>({ text: RECORDED })).rows[0]?.n ?? 0) < LEAST_SERIES) await pause(1000);
}

export interface GeneratedHistory {
  /** The number of measured attributes of all entities. */
  readonly series: number;
  readonly stepSeconds: number;
  readonly instances: number;
}

/**
 * Writes measurements of the last years in regular intervals, for each numeric attribute that the running territory has
 * recorded so far.
 *
 * @param instances the approximate number for all attributes together
 * @throws Error: nothing was recorded yet
 */
export async function generateHistory(db: Database, instances: number, years: number): Promise<GeneratedHistory> {
  await db.query({ text: PAIRS });
  const { rows } = await db.query<{ pairs: number }>({ text: COUNT_PAIRS });
  const series = rows[0]?.pairs ?? 0;
  if (series === 0) throw new Error('The territory has recorded no number yet');
  const days = 365 * years;
  const to = Date.now();
  const from = to - days * DAY_MS;
  const stepSeconds = Math.max(60, Math.round((days * 86_400 * series) / instances));
  await db.query({ text: PARTITIONS, values: [new Date(from), new Date(to)] });
  let written = 0;
  for (let start = from; start < to; start += CHUNK_DAYS * DAY_MS) {
    const end = Math.min(start + CHUNK_DAYS * DAY_MS, to);
    const values = [new Date(start), new Date(end), stepSeconds];
    written += (await db.query({ text: INSTANCES, values })).rowCount;
  }
  await db.query({ text: END });
  return { series, stepSeconds, instances: written };
}
