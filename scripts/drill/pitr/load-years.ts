import type { Database, Queryable } from '../../../broker/src/database/database.ts';
import { type Counter, INSTANCE_COLUMNS, instanceRows, type Period, SUM_COLUMNS, sumRows } from './history-text.ts';
import { type MeasuredSeries, measuredSeries } from './measured-series.ts';

/** The periods of the history, in milliseconds since 1970. */
export interface KeptHistory {
  /** The end of measurements and sums: the beginning of a day in UTC. */
  readonly until: number;
  readonly instancesFrom: number;
  readonly hoursFrom: number;
  readonly daysFrom: number;
}

export interface LoadedYears {
  readonly series: number;
  readonly instances: number;
  readonly hours: number;
  readonly days: number;
  readonly lampNights: number;
  readonly reports: number;
  readonly alarms: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Reports of a territory of 50,000 inhabitants in five years, and alarms of two years, the time for which they are kept. */
const REPORTS = 5_000;
const ALARMS = 4_000;
const ALARM_MINUTES = 2 * 365 * 1440;

// Removes the history of the demo.
const CLEAR = [
  'TRUNCATE history_default, history_correction, history_group_member, history_group_hour, history_group_day',
  'DELETE FROM history_group',
];
const dropMonth = (name: string) => `DROP TABLE IF EXISTS ${name}`;
const createMonth = (name: string) => `CREATE TABLE ${name} (LIKE history INCLUDING ALL EXCLUDING INDEXES)`;
const copyInto = (table: string, columns: string) => `COPY ${table} (${columns}) FROM STDIN WITH (FREEZE)`;
const attachMonth = (name: string, from: string, to: string) =>
  `ALTER TABLE history ATTACH PARTITION ${name} FOR VALUES FROM ('${from}') TO ('${to}')`;

// The primary key is created after the rows; updating it row by row would take many times as long.
const EMPTY_SUMS = (table: string) => `TRUNCATE ${table}; ALTER TABLE ${table} DROP CONSTRAINT ${table}_pkey`;
const KEY_OF_SUMS = (table: string) => `
  ALTER TABLE ${table} ADD CONSTRAINT ${table}_pkey PRIMARY KEY (tenant, entity_id, attribute, dataset_id, start, observed)`;

const GROUPS = `
  INSERT INTO history_group (tenant, key, types, scopes)
  SELECT DISTINCT ON (tenant, history_group_key(types, scopes)) tenant, history_group_key(types, scopes), types, coalesce(scopes, '{}')
  FROM entity WHERE tenant = '' AND id = ANY ($1)`;
const MEMBERS = `
  INSERT INTO history_group_member (tenant, entity_id, group_id)
  SELECT e.tenant, e.id, g.id
  FROM entity e JOIN history_group g ON g.tenant = e.tenant AND g.key = history_group_key(e.types, e.scopes)
  WHERE e.tenant = '' AND e.id = ANY ($1)`;
const GROUP_SUMS = (unit: 'hour' | 'day') => `
  INSERT INTO history_group_${unit} (tenant, group_id, attribute, start, count, sum)
  SELECT m.tenant, m.group_id, h.attribute, h.start, sum(h.count), sum(h.sum)
  FROM history_group_member m JOIN history_${unit} h ON h.tenant = m.tenant AND h.entity_id = m.entity_id
  GROUP BY 1, 2, 3, 4`;

const NEXT_NUMBER = `SELECT nextval('history_n')::float8 AS n`;
const NUMBERED = `SELECT setval('history_n', $1::bigint)`;
const SUMMED_UP = `
  UPDATE history_rollup SET watermark = $1::bigint, advanced_at = now(), instances_removed_before = $2, hours_removed_before = $3`;

// As for the sums, keys and indexes are created after the rows.
const EMPTY_NIGHTS = `
  TRUNCATE lighting.lamp_night; DROP INDEX lighting.lamp_night_of_lamp, lighting.lamp_night_failed;
  ALTER TABLE lighting.lamp_night DROP CONSTRAINT lamp_night_pkey`;
const LAMP_NIGHTS = `
  INSERT INTO lighting.lamp_night (tenant, night, lamp, commune, street, cabinet, measured, promised, full_power, by_day, covered)
  SELECT l.tenant, night, l.id, l.commune, l.street, l.cabinet, 500 + random() * 20, 510, 612, 5, 1
  FROM generate_series($1::date, $2::date - 1, interval '1 day') AS night CROSS JOIN lighting.lamp l WHERE l.tenant = ''`;
const KEY_OF_NIGHTS =
  'ALTER TABLE lighting.lamp_night ADD CONSTRAINT lamp_night_pkey PRIMARY KEY (tenant, night, lamp)';
const NIGHT_INDEXES = `
  SELECT indexdef AS text FROM pg_indexes
  WHERE schemaname = 'lighting' AND indexname IN ('lamp_night_of_lamp', 'lamp_night_failed')`;
const ZONE_NIGHTS = `
  INSERT INTO lighting.zone_night
  SELECT (jsonb_populate_record(z, jsonb_build_object('night', z.night - 365 * k))).*
  FROM lighting.zone_night z CROSS JOIN generate_series(1, $1::int) AS k
  ON CONFLICT DO NOTHING`;

/** Copies rows of the demo with other ids. @param changed SQL of a JSON object with the changed columns; `k` numbers the copies */
const copies = (table: string, id: string, from: string, changed: string) => `
  INSERT INTO ${table} OVERRIDING USER VALUE
  SELECT (jsonb_populate_record(NULL::${table}, replace(to_jsonb(r)::text, ${id}, ${id} || '-' || k)::jsonb || ${changed})).*
  FROM ${table} r ${from} CROSS JOIN generate_series(1, $1::int) AS k`;
const earlier = (...columns: string[]) =>
  columns.map((column) => `'${column}', r.${column} - make_interval(mins => k * $2::int)`).join(', ');
const COPY_REPORTS = [
  copies(
    'reports.report',
    'r.id',
    '',
    `jsonb_build_object('origin_key', r.origin_key || k, ${earlier('requested_at', 'updated_at')})`,
  ),
  copies('reports.author', 'r.report', '', `jsonb_build_object(${earlier('created_at')})`),
  copies('reports.entry', 'r.report', '', `jsonb_build_object(${earlier('at')})`),
  copies(
    'entity',
    'p.id',
    `JOIN reports.report p ON p.tenant = r.tenant AND r.id = 'urn:ngsi-ld:ServiceRequest:' || p.id`,
    `jsonb_build_object(${earlier('created_at', 'modified_at')})`,
  ),
];
/** A closed alarm. */
const CLOSED = `(SELECT tenant, id FROM alarms.record WHERE tenant = '' AND kind = 'alarm' AND state ? 'closedAt' ORDER BY id LIMIT 1)`;
const COPY_ALARMS = [
  copies(
    'alarms.journal',
    'r.record',
    `JOIN ${CLOSED} p ON p.tenant = r.tenant AND p.id = r.record`,
    `jsonb_build_object(${earlier('at')})`,
  ),
  copies(
    'entity',
    'r.id',
    `JOIN ${CLOSED} p ON p.tenant = r.tenant AND p.id = r.id`,
    `jsonb_build_object(${earlier('created_at', 'modified_at')})`,
  ),
  copies(
    'alarms.record',
    'r.id',
    `JOIN ${CLOSED} p ON p.tenant = r.tenant AND p.id = r.id`,
    `jsonb_build_object('writing', 0)`,
  ),
];
const ANALYZE_RECORDS = 'ANALYZE reports.report, alarms.record';
const COUNT_REPORTS = 'SELECT count(*)::int AS n FROM reports.report';
const COUNT_ALARMS = `SELECT count(*)::int AS n FROM alarms.record WHERE kind = 'alarm'`;

/**
 * Replaces the history of the demo by the data of a territory after years with this retention: measurements and sums by COPY,
 * sums of groups, nights of lamps, reports and alarms.
 */
export async function loadYears(db: Database, kept: KeptHistory, say: (text: string) => void): Promise<LoadedYears> {
  const { until, instancesFrom, hoursFrom, daysFrom } = kept;
  const series = await measuredSeries(db);
  await db.transaction(async (tx) => {
    for (const text of CLEAR) await tx.query({ text });
  });
  const instances = await loadInstances(db, series, { from: instancesFrom, to: until });
  say(`${instances} instances`);
  const hours = await loadSums(db, 'hour', series, { from: hoursFrom, to: until });
  say(`${hours} sums of hours`);
  const days = await loadSums(db, 'day', series, { from: daysFrom, to: until });
  say(`${days} sums of days`);
  await loadGroups(db, series, kept);
  say('sums of groups');
  const years = Math.round((until - daysFrom) / DAY_MS / 365);
  const nights = [daysFrom, until].map((at) => new Date(at).toISOString().slice(0, 10));
  const lampNights = await loadNights(db, nights);
  await db.query({ text: ZONE_NIGHTS, values: [Math.max(1, years - 1)] });
  say(`${lampNights} nights of lamps`);
  const minutes = (until - daysFrom) / 60_000;
  const reports = await copyRecords(db, COPY_REPORTS, COUNT_REPORTS, REPORTS, minutes);
  const alarms = await copyRecords(db, COPY_ALARMS, COUNT_ALARMS, ALARMS, Math.min(minutes, ALARM_MINUTES));
  say(`${reports} reports, ${alarms} alarms`);
  return { series: series.length, instances, hours, days, lampNights, reports, alarms };
}

/** Adds measurements to the existing partitions while the product runs. Resolves to their number. */
export async function addMeasures(db: Database, series: readonly MeasuredSeries[], period: Period): Promise<number> {
  const counter: Counter = { rows: 0 };
  const rows = instanceRows(series, period, counter);
  await db.transaction(async (tx) => tx.copyFrom?.(`COPY history (${INSTANCE_COLUMNS}) FROM STDIN`, rows));
  return counter.rows;
}

async function loadGroups(
  db: Database,
  series: readonly MeasuredSeries[],
  { instancesFrom, hoursFrom }: KeptHistory,
): Promise<void> {
  const ids = [...new Set(series.map(({ entityId }) => entityId))];
  await db.transaction(async (tx) => {
    await tx.query({ text: GROUPS, values: [ids] });
    await tx.query({ text: MEMBERS, values: [ids] });
    await tx.query({ text: GROUP_SUMS('hour') });
    await tx.query({ text: GROUP_SUMS('day') });
    const { n } = await one<{ n: number }>(tx, NEXT_NUMBER);
    const removedBefore = [instancesFrom, hoursFrom].map((at) => new Date(at).toISOString());
    await tx.query({ text: SUMMED_UP, values: [n, ...removedBefore] });
  });
}

/** Loads each month into its own table and attaches this as a partition, which creates its indexes. */
async function loadInstances(db: Database, series: readonly MeasuredSeries[], period: Period): Promise<number> {
  const counter: Counter = { rows: 0 };
  for (let from = period.from; from < period.to; ) {
    const month = new Date(from);
    const start = Date.UTC(month.getUTCFullYear(), month.getUTCMonth(), 1);
    const end = Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + 1, 1);
    const name = `history_${new Date(start).toISOString().slice(0, 7).replace('-', '_')}`;
    const part = { from, to: Math.min(end, period.to) };
    await db.transaction(async (tx) => {
      await tx.query({ text: dropMonth(name) });
      await tx.query({ text: createMonth(name) });
      await copyInstances(tx, copyInto(name, `${INSTANCE_COLUMNS}, n`), series, part, counter);
      await tx.query({ text: attachMonth(name, new Date(start).toISOString(), new Date(end).toISOString()) });
    });
    from = end;
  }
  return counter.rows;
}

async function copyInstances(
  tx: Queryable,
  text: string,
  series: readonly MeasuredSeries[],
  period: Period,
  counter: Counter,
): Promise<void> {
  const { n } = await one<{ n: number }>(tx, NEXT_NUMBER);
  const made: Counter = { rows: 0 };
  await tx.copyFrom?.(text, instanceRows(series, period, made, n + 1));
  await tx.query({ text: NUMBERED, values: [n + made.rows + 1] });
  counter.rows += made.rows;
}

async function loadSums(
  db: Database,
  unit: 'hour' | 'day',
  series: readonly MeasuredSeries[],
  period: Period,
): Promise<number> {
  const counter: Counter = { rows: 0 };
  const table = `history_${unit}`;
  await db.transaction(async (tx) => {
    await tx.query({ text: EMPTY_SUMS(table) });
    const rows = sumRows(series, period, unit === 'hour' ? HOUR_MS : DAY_MS, counter);
    await tx.copyFrom?.(copyInto(table, SUM_COLUMNS), rows);
    await tx.query({ text: KEY_OF_SUMS(table) });
  });
  return counter.rows;
}

async function loadNights(db: Database, range: readonly string[]): Promise<number> {
  return db.transaction(async (tx) => {
    const { rows: indexes } = await tx.query<{ text: string }>({ text: NIGHT_INDEXES });
    await tx.query({ text: EMPTY_NIGHTS });
    const { rowCount } = await tx.query({ text: LAMP_NIGHTS, values: range });
    for (const { text } of [{ text: KEY_OF_NIGHTS }, ...indexes]) await tx.query({ text });
    return rowCount;
  });
}

/** Resolves to the number of rows afterwards. @param minutes the period over which they are spread */
async function copyRecords(
  db: Database,
  statements: readonly string[],
  count: string,
  wanted: number,
  minutes: number,
): Promise<number> {
  const { n } = await one<{ n: number }>(db, count);
  // One alarm is copied, but every report.
  const times = Math.max(1, Math.round(wanted / (statements === COPY_ALARMS ? 1 : Math.max(1, n))));
  const apart = Math.max(1, Math.floor(minutes / times));
  for (const text of statements) {
    await db.query({ text, values: text.includes('$2') ? [times, apart] : [times] });
    await db.query({ text: ANALYZE_RECORDS }); // otherwise foreign keys are checked row by row
  }
  return (await one<{ n: number }>(db, count)).n;
}

async function one<Row>(db: Queryable, text: string): Promise<Row> {
  return (await db.query<Row>({ text })).rows[0] as Row; // these statements return one row
}
