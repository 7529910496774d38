import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { endProgram } from '../../scripts/programs.ts';
import { benchEntity, entityId, TYPE } from './bench-entity.ts';
import { cpuSeconds } from './cost.ts';
import { httpLoad } from './load/http-load.ts';
import { type Counted, median } from './load/measurement.ts';
import { postJson } from './seed.ts';
import { type OwnTarget, ownTarget, startProduct, type Target } from './target.ts';
import type { Settings } from './workload.ts';

const API = '/ngsi-ld/v1';
const FAR = 'far';
const FEW = 200;
const SOURCES = 20;

/**
 * The cost of federation. One hop: the same requests to a broker with the entities, and to another with the first as a
 * source, alternating, on one PostgreSQL. Fan-out: a query to 1 and to 20 sources that answer immediately. The CPU time
 * of each broker is printed too, because it is less affected by other load.
 */
export async function federationBench(settings: Settings, runs: number): Promise<void> {
  const near = await ownTarget();
  const stub = await startStub();
  let far: OwnTarget | undefined;
  try {
    far = await startProduct(near.databaseUrl);
    const entities = Array.from({ length: FEW }, (_, n) => benchEntity(n));
    await postJson(`${far.url}${API}/entityOperations/upsert`, entities, { 'ngsild-tenant': FAR });
    await register(near, { endpoint: far.url, tenant: FAR, information: [{ entities: [{ type: TYPE }] }] });
    for (let n = 0; n < SOURCES; n++) {
      const endpoint = `http://127.0.0.1:${stub.port}/s${n}`;
      await register(near, { endpoint, information: [{ entities: [{ type: n === 0 ? 'OneLamp' : 'FarLamp' }] }] });
    }
    await register(near, {
      endpoint: `http://127.0.0.1:${stub.port}/s0`,
      information: [{ entities: [{ type: 'FarLamp' }] }],
    });
    const remote = { headers: { 'ngsild-tenant': FAR }, target: far };
    const local = { headers: {}, target: near };
    const retrieve = (n: number) => `/entities/${entityId((n * 7919) % FEW)}?type=${TYPE}`;
    const query = () => `/entities?type=${TYPE}&limit=20`;
    await compare(
      settings,
      runs,
      [near, far],
      [
        ['retrieve, asked directly', { ...remote, path: retrieve }],
        ['retrieve, by one hop', { ...local, path: retrieve }],
        ['query of 20, asked directly', { ...remote, path: query }],
        ['query of 20, by one hop', { ...local, path: query }],
        ['query of 20 with count, by one hop', { ...local, path: () => `${query()}&count=true` }],
        ['query of 10 from 1 source', { ...local, path: () => '/entities?type=OneLamp&limit=200' }],
        [`query of 200 from ${SOURCES} sources`, { ...local, path: () => '/entities?type=FarLamp&limit=200' }],
      ],
    );
  } finally {
    await far?.stop();
    await near.stop();
    await stub.stop();
  }
}

interface Way {
  readonly target: Target;
  readonly headers: Record<string, string>;
  readonly path: (n: number) => string;
}

/** One measurement, with the CPU milliseconds per request of each broker, all threads. */
interface Turn extends Counted {
  readonly cpu: readonly number[];
}

async function compare(
  settings: Settings,
  runs: number,
  brokers: readonly OwnTarget[],
  ways: readonly (readonly [name: string, way: Way])[],
): Promise<void> {
  const measured = ways.map((): Turn[] => []);
  for (let run = 0; run <= runs; run++) {
    for (const [place, [, way]] of ways.entries()) {
      // The first measurement is for warming up.
      const found = await turn(way, brokers, { ...settings, seconds: run === 0 ? 1 : settings.seconds });
      if (run > 0) measured[place]?.push(found);
    }
  }
  console.log(`${settings.connections} connections, ${settings.seconds} s, median of ${runs} runs\n`);
  console.log('| request | per second | p50 ms | p95 ms | p99 ms | ms of CPU here | there | errors |');
  console.log('| --- | --: | --: | --: | --: | --: | --: | --: |');
  for (const [place, [name]] of ways.entries()) {
    const turns = measured[place] as Turn[]; // there is one for each
    const { perSecond, p50, p95, p99, errors } = median(turns);
    const cpu = brokers.map((_, index) => middle(turns.map((each) => each.cpu[index] ?? Number.NaN)).toFixed(2));
    const times = [p50, p95, p99].map((time) => time.toFixed(1));
    console.log(`| ${[name, Math.round(perSecond), ...times, ...cpu, errors].join(' | ')} |`);
  }
}

async function turn(
  { target, headers, path }: Way,
  brokers: readonly OwnTarget[],
  { connections, seconds }: Settings,
): Promise<Turn> {
  const taken = () => Promise.all(brokers.map((broker) => cpuSeconds(broker.pid)));
  const before = await taken();
  const request = (n: number) => ({ method: 'GET' as const, path: API + path(n) });
  const found = await httpLoad({ url: target.url, connections, seconds, headers, request });
  const after = await taken();
  return { ...found, cpu: after.map((end, index) => ((end - (before[index] as number)) * 1000) / found.answers) };
}

function middle(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function register({ url }: Target, members: object): Promise<void> {
  const type = 'ContextSourceRegistration';
  await postJson(`${url}${API}/csourceRegistrations`, { type, operations: ['retrieveOps'], ...members });
}

async function startStub() {
  const file = fileURLToPath(new URL('./source-stub.ts', import.meta.url));
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { port: Number(port), stop: () => endProgram(child) };
}
