import { atRest } from '../at-rest.ts';
import { createBareDatabase, execute } from '../bare/bare-database.ts';
import { type BareTarget, startBare } from '../bare/bare-target.ts';
import { benchEntity, entityId, TYPE } from '../bench-entity.ts';
import { withCost } from '../cost.ts';
import { httpLoad } from '../load/http-load.ts';
import type { Load } from '../load/load.ts';
import { type Counted, type Measurement, median } from '../load/measurement.ts';
import { postJson } from '../seed.ts';
import type { TargetWithDatabase } from '../target.ts';
import { reachState } from './own-state.ts';
import { rawLoad, runSql } from './raw.ts';
import type { Row, rowsFor } from './rows.ts';

interface RowSettings {
  readonly seconds: number;
  readonly runs: number;
  readonly entities: number;
  /** Connections for rates, and for latencies. */
  readonly connections: readonly [number, number];
  /** The folder of PostgreSQL's programs. */
  readonly bin: string;
}

/** The results of one row, each the median of the runs. */
export interface MeasuredRow {
  readonly row: Row;
  readonly ours: Measurement;
  readonly bare: Measurement;
  readonly batched?: Measurement;
  readonly raw?: Measurement;
  /** With the smaller number of connections. */
  readonly oursFew: Measurement;
  readonly bareFew: Measurement;
}

/** Measures the rows, ours and the references alternately, so that other load affects all of them. */
export async function measureRows(
  target: TargetWithDatabase,
  rows: ReturnType<typeof rowsFor>,
  settings: RowSettings,
  say: (line: string) => void,
): Promise<MeasuredRow[]> {
  const { bin, entities } = settings;
  const { url, databaseUrl } = target;
  const bareDatabase = await createBareDatabase(bin, databaseUrl);
  const bare = await startBare(bareDatabase);
  const measured: MeasuredRow[] = [];
  try {
    for (const needs of ['nothing', 'entities', 'indexes'] as const) {
      const those = rows.filter((row) => row.needs === needs);
      if (those.length === 0) continue;
      if (needs !== 'nothing') await seedBare(bare.url, entities);
      if (needs === 'indexes') await runSql(bin, bareDatabase, 'indexes.sql');
      await reachState(url, needs, entities);
      // Autovacuum would otherwise start during a measurement.
      for (const database of [databaseUrl, bareDatabase]) await execute(database, 'VACUUM ANALYZE');
      for (const row of those) {
        await execute(databaseUrl, 'CHECKPOINT');
        measured.push(await measureRow(row, target, bare, bareDatabase, settings));
        say(`${row.name}: measured`);
      }
    }
  } finally {
    await bare.stop();
  }
  return measured;
}

async function measureRow(
  row: Row,
  target: TargetWithDatabase,
  bare: BareTarget,
  bareDatabase: string,
  { seconds, runs, connections: [many, few], bin, entities }: RowSettings,
): Promise<MeasuredRow> {
  const load = (url: string, request: Load['request'], connections: number) => () =>
    loadOfRow(row, { url, connections, seconds, request });
  const costed =
    ({ url, pid }: { readonly url: string; readonly pid: number }, request: Load['request']) =>
    () =>
      withCost(load(url, request, many), { program: pid, database: target.databasePid });
  const raw = row.raw;
  const loads: { readonly [name: string]: (() => Promise<Measurement>) | undefined } = {
    ours: costed(target, row.ours),
    bare: costed(bare, row.bare),
    batched: row.batched && load(bare.url, row.batched, many),
    raw:
      raw === undefined
        ? undefined
        : () =>
            rawLoad({
              bin,
              databaseUrl: bareDatabase,
              script: raw,
              variables: variables(entities),
              clients: 8,
              seconds,
            }).then((measurement) => ({ ...measurement, perSecond: measurement.perSecond * (row.perRequest ?? 1) })),
    oursFew: load(target.url, row.ours, few),
    bareFew: load(bare.url, row.bare, few),
  };
  const results = new Map<string, Measurement[]>();
  for (let run = 0; run <= runs; run++) {
    for (const [name, measure] of Object.entries(loads)) {
      if (measure === undefined) continue;
      // Our background work must slow down neither the references nor the next row.
      await atRest(target);
      const measurement = await measure();
      // The first run is for warming up.
      if (run > 0) results.set(name, [...(results.get(name) ?? []), measurement]);
    }
  }
  const of = (name: string) => median(results.get(name) as Measurement[]); // measured above
  return {
    row,
    ours: of('ours'),
    bare: of('bare'),
    oursFew: of('oursFew'),
    bareFew: of('bareFew'),
    ...(results.has('batched') && { batched: of('batched') }),
    ...(results.has('raw') && { raw: of('raw') }),
  };
}

/** One load of a row; the rate and the number of answers are those of its items. */
export async function loadOfRow({ perRequest = 1 }: Row, load: Load): Promise<Counted> {
  const measurement = await httpLoad(load);
  const { perSecond, answers } = measurement;
  return { ...measurement, perSecond: perSecond * perRequest, answers: answers * perRequest };
}

/** Half a batch each, because the size of a program argument is limited. */
function variables(entities: number): { readonly [name: string]: string | number } {
  const literal = (from: number) =>
    `{${Array.from({ length: 50 }, (_, n) => JSON.stringify(JSON.stringify(benchEntity(from + n)))).join(',')}}`;
  return { entities, type: TYPE, prefix: entityId(0).slice(0, -7), docs1: literal(0), docs2: literal(50) };
}

async function seedBare(url: string, count: number): Promise<void> {
  for (let start = 0; start < count; start += 500) {
    const entities = Array.from({ length: Math.min(500, count - start) }, (_, n) => benchEntity(start + n));
    await postJson(`${url}/upsert`, entities);
  }
}
