import { parseArgs } from 'node:util';
import { findPostgres } from '../../../scripts/postgres-server.ts';
import { createBareDatabase } from '../bare/bare-database.ts';
import { type BareTarget, startBare } from '../bare/bare-target.ts';
import { benchEntity, entityId, TYPE } from '../bench-entity.ts';
import { httpLoad } from '../load/http-load.ts';
import type { Load } from '../load/load.ts';
import { rawLoad, runSql } from '../report/raw.ts';
import { postJson } from '../seed.ts';
import { ownTarget, type TargetWithDatabase } from '../target.ts';
import { clientLoad, type Steady, steadyOf } from './client-load.ts';
import { mixed } from './mixed.ts';

/*
 * npm run bench -- steady [--seconds 60] [--turns 3] [--entities 10000] [--only asked,latencies,updates,mixed]
 *
 * The performance that users see: no pauses between the rows and no prepared indexes; history, sums and the index
 * adviser are active. asked: after a load by batches, queries by attributes without an index, second by second,
 * compared with pgbench on a table with the index that they need. latencies: creates and updates by 8 clients,
 * alternating with a bare route. updates: by 32 clients, compared with pgbench. mixed: all kinds of requests of a
 * territory concurrently, each at its own rate, for five times as long; with `--only mixed` immediately after the load.
 * Prints tables, and the memory at the end.
 */
const { values } = parseArgs({
  args: process.argv.slice(2),
  options: {
    seconds: { type: 'string', default: '60' },
    turns: { type: 'string', default: '3' },
    entities: { type: 'string', default: '10000' },
    only: { type: 'string', default: '' },
  },
});
const [SECONDS, TURNS, ENTITIES] = [Number(values.seconds), Number(values.turns), Number(values.entities)];
const PARTS = ['asked', 'latencies', 'updates', 'mixed'];
const wanted = values.only === '' ? PARTS : values.only.split(',');
const strange = wanted.find((part) => !PARTS.includes(part));
if (strange !== undefined) throw new Error(`--only: got ${strange}, expected some of ${PARTS.join(',')}`);
const found = findPostgres();
if (found === undefined) throw new Error('PostgreSQL 17 with PostGIS is not installed');
const bin = found;

const API = '/ngsi-ld/v1';
const CHUNK = 500;
const ASKED_SECONDS = 20;
const FEW = 8;
const MANY = 32;

const target = await ownTarget();
const bareDatabase = await createBareDatabase(bin, target.databaseUrl);
const bare = await startBare(bareDatabase);
try {
  if (wanted.includes('asked')) await asked();
  else await fill();
  if (wanted.includes('latencies')) await latencies(target, bare);
  if (wanted.includes('updates')) await updates(target);
  if (wanted.includes('mixed')) await mixed(target.url, ENTITIES, 5 * SECONDS);
  console.log(`\nmemory of the product at the end: ${await target.memory()} MiB`);
} finally {
  await bare.stop();
  await target.stop();
}

/** Ten entities have the same asset. */
function entity(n: number): object {
  return { ...benchEntity(n), asset: { type: 'Property', value: `Asset ${n % (ENTITIES / 10)}` } };
}

async function fill(): Promise<void> {
  for (let start = 0; start < ENTITIES; start += CHUNK) {
    const entities = Array.from({ length: Math.min(CHUNK, ENTITIES - start) }, (_, offset) => entity(start + offset));
    await postJson(`${target.url}${API}/entityOperations/upsert`, entities);
    await postJson(`${bare.url}/upsert`, entities);
  }
}

async function asked(): Promise<void> {
  await fill();
  await runSql(bin, bareDatabase, 'asked-indexes.sql');
  const query = (q: string, limit: number) => ({
    method: 'GET' as const,
    path: `${API}/entities?type=${TYPE}&limit=${limit}&q=${encodeURIComponent(q)}`,
  });
  const energy = (n: number) => (n * 7919) % (ENTITIES - 20);
  const cases = [
    {
      name: 'q equality, 10 hits',
      script: 'asked-10.sql',
      request: (n: number) => query(`asset=="Asset ${(n * 31) % (ENTITIES / 10)}"`, 10),
    },
    {
      name: 'q range, 20 hits',
      script: 'range-20.sql',
      request: (n: number) => query(`energy>=${energy(n)};energy<${energy(n) + 20}`, 20),
    },
  ];
  for (const { name, script, request } of cases) {
    const rates: number[] = [];
    for (let second = 0; second < ASKED_SECONDS; second++) {
      const { perSecond, errors } = await httpLoad({ url: target.url, connections: MANY, seconds: 1, request });
      if (errors > 0) throw new Error(`${name}: ${errors} errors`);
      rates.push(Math.round(perSecond));
    }
    const raw = { bin, databaseUrl: bareDatabase, script, variables: { entities: ENTITIES }, clients: 8, seconds: 5 };
    const { perSecond: reference } = await rawLoad(raw);
    const settled = rates.slice(-5).sort((a, b) => a - b)[2] ?? 0;
    console.log(`\n${name}, ${MANY} connections, a second: ${rates.join(' ')}`);
    console.log(
      `pgbench with the index: ${Math.round(reference)}; ours in the end ${(settled / reference).toFixed(2)} of it`,
    );
  }
}

async function latencies(ours: TargetWithDatabase, other: BareTarget): Promise<void> {
  let created = 5_000_000;
  let value = 0;
  const create =
    (path: string): Load['request'] =>
    () => ({ method: 'POST', path, body: JSON.stringify(benchEntity(created++)) });
  const update =
    (path: string): Load['request'] =>
    (n) => ({ method: 'PATCH', path: `${path}/entities/${lamp(n)}/attrs/power`, body: `{"value":${++value}}` });
  console.log(
    `\n| ${FEW} clients, ${SECONDS} s in ${TURNS} turns; ms | | answers | p50 | p99 | p99.9 | worst second's p99 | errors |\n` +
      '| --- | --- | --: | --: | --: | --: | --: | --: |',
  );
  for (const [name, mine, theirs] of [
    ['create', create(`${API}/entities`), create('/entities')],
    ['update of one attribute', update(API), update('')],
  ] as const) {
    const [oursAll, bareAll]: [number[][][], number[][][]] = [[], []];
    const load = { connections: FEW, seconds: Math.round(SECONDS / TURNS) };
    for (let turn = 0; turn < TURNS; turn++) {
      oursAll.push(await clientLoad({ ...load, url: ours.url, request: mine }));
      bareAll.push(await clientLoad({ ...load, url: other.url, request: theirs }));
    }
    const [a, b] = [steadyOf(oursAll), steadyOf(bareAll)];
    line(name, 'ours', a);
    line('', 'bare', b);
    console.log(
      `| | ours ÷ bare | | ${ratio(a.p50, b.p50)} | ${ratio(a.p99, b.p99)} | ${ratio(a.p999, b.p999)} | ${ratio(a.worstSecond, b.worstSecond)} | |`,
    );
  }
}

async function updates({ url }: TargetWithDatabase): Promise<void> {
  let value = 0;
  const request: Load['request'] = (n) => ({
    method: 'PATCH',
    path: `${API}/entities/${lamp(n)}/attrs/power`,
    body: `{"value":${++value}}`,
  });
  const raw = {
    bin,
    databaseUrl: bareDatabase,
    script: 'update-with-history.sql',
    variables: { entities: ENTITIES, type: TYPE, prefix: entityId(0).slice(0, -7) },
    clients: 8,
    seconds: 5,
  };
  const ratios: number[] = [];
  for (let turn = 0; turn < TURNS + 1; turn++) {
    const mine = await httpLoad({ url, connections: MANY, seconds: 5, request });
    const { perSecond } = await rawLoad(raw);
    if (turn === 0) continue; // warms up
    ratios.push(mine.perSecond / perSecond);
    console.log(
      `\nupdates by ${MANY} clients: ${Math.round(mine.perSecond)}/s (p99 ${mine.p99.toFixed(1)} ms, ${mine.errors} errors), ` +
        `pgbench ${Math.round(perSecond)}/s, ratio ${(mine.perSecond / perSecond).toFixed(2)}`,
    );
  }
  console.log(`\nmedian ratio ${(ratios.sort((a, b) => a - b)[Math.floor((ratios.length - 1) / 2)] ?? 0).toFixed(2)}`);
}

function lamp(n: number): string {
  return entityId((n * 7919) % ENTITIES);
}

function line(name: string, whose: string, { answers, errors, ...ms }: Steady): void {
  const shown = [ms.p50, ms.p99, ms.p999, ms.worstSecond].map((each) => each.toFixed(1));
  console.log(`| ${name} | ${whose} | ${answers} | ${shown.join(' | ')} | ${errors} |`);
}

function ratio(one: number, other: number): string {
  return (one / other).toFixed(2);
}
