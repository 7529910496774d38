import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { findPostgres, startPostgres } from '../../postgres-server.ts';
import { freePort } from '../../programs.ts';
import { brokerProcess } from '../broker-process.ts';
import type { CitusLab } from './citus-drill.ts';
import { ask } from './tenant-flow.ts';
import { portOf } from './worker-loss.ts';

const TENANT = 'measured';
const TYPE = 'Sensor';
const ENTITIES = 1_000;
/** Of which so many have a history of a day. */
const OF_A_DAY = 20;
/** Of another type, of whose updates a subscription tells. */
const WATCHED = 200;
const A_BATCH = 500;
const REQUESTS = 200;
const AT_ONCE = 8;
/** Jobs on what was written, which run every few seconds, fall into a few of so many rounds and leave the median as it is. */
const ROUNDS = 21;
/** After which their work is measured apart. */
const UPDATES = 4_000;
/** The sums are made after this time at the latest. */
const JOBS_WITHIN_MS = 45_000;
const IDLE_MS = 4_000;
/** Of the kernel's clock, in which it counts the time of processes. */
const TICK_MS = 10;
const NODE_AT_MOST = 1.3;
const OTHERS_AT_MOST = 0.1;

interface Kind {
  readonly name: string;
  readonly expected: number;
  /** Of each round. */
  readonly requests?: number;
  /** @param n differs between requests */
  request(n: number): readonly [method: string, path: string, body?: unknown];
}

const idOf = (n: number) => `urn:ngsi-ld:${TYPE}:${n}`;
const watchedId = (n: number) => `urn:ngsi-ld:Watched:${n}`;
const sensor = (n: number, id = idOf(n)) => ({
  id,
  type: TYPE,
  temperature: { type: 'Property', value: n % 1000, unitCode: 'CEL' },
  name: { type: 'Property', value: `Sensor ${n}` },
  location: {
    type: 'GeoProperty',
    value: { type: 'Point', coordinates: [6 + (n % 100) / 100, 49 + Math.floor(n / 100) / 100] },
  },
});
const query = (name: string, of: (n: number) => string): Kind => ({
  name,
  expected: 200,
  request: (n) => ['GET', `/entities?type=${TYPE}&limit=20&${of(n)}`],
});
const AGGREGATE = 'aggrMethods=avg,max&aggrPeriodDuration=PT1H&options=aggregatedValues';

const KINDS: readonly Kind[] = [
  { name: 'retrieve', expected: 200, request: (n) => ['GET', `/entities/${idOf(n % ENTITIES)}`] },
  {
    name: 'create',
    expected: 201,
    request: (n) => ['POST', '/entities', sensor(n, `${idOf(n)}:${process.hrtime.bigint()}`)],
  },
  {
    name: 'update',
    expected: 204,
    request: (n) => ['PATCH', `/entities/${idOf(n % ENTITIES)}/attrs/temperature`, { type: 'Property', value: n }],
  },
  {
    name: 'update that notifies',
    expected: 204,
    request: (n) => ['PATCH', `/entities/${watchedId(n % WATCHED)}/attrs/level`, { type: 'Property', value: n }],
  },
  query('type query', (n) => `offset=${n % 50}`),
  query('q', (n) => `q=temperature==${n % 1000}`),
  query('geo', (n) => `georel=near;maxDistance==1500&geometry=Point&coordinates=[${6 + (n % 100) / 100},49.05]`),
  {
    name: 'temporal aggregate',
    expected: 200,
    requests: 50,
    request: (n) => [
      'GET',
      `/temporal/entities/${idOf(n % OF_A_DAY)}?attrs=temperature&timerel=between&timeAt=2026-01-01T00:00:00Z&endTimeAt=2026-01-02T00:00:00Z&${AGGREGATE}`,
    ],
  },
];

interface Server {
  readonly pid: number;
}

/** A broker with its servers: the tenant's node first. */
interface Side {
  readonly url: string;
  readonly servers: readonly Server[];
}

/**
 * The processor time of a request, by node of the cluster and in turns with one plain PostgreSQL: the tenant's node at most 1.3 of
 * that, all others together at most 0.1. Without what each server takes when it is idle, and, as the median of many short rounds, without
 * the jobs on what was written. What these take for each update is measured apart.
 */
export async function runNodeCpu(lab: CitusLab): Promise<boolean> {
  const bin = findPostgres();
  if (bin === undefined) throw new Error('PostgreSQL 17 is missing');
  const endpoint = createServer((request, response) => request.resume().on('end', () => response.end()));
  endpoint.listen(0, '127.0.0.1');
  await once(endpoint, 'listening');
  const uri = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/`;
  const plain = await startPostgres(bin);
  const broker = brokerProcess(await freePort(), { DATABASE_URL: plain.url });
  try {
    await broker.start();
    for (const url of [broker.url, lab.broker.url]) {
      await fill(url);
      await watch(url, uri);
      // After the first slow queries the broker makes an index, which is to be there when they are measured.
      for (const kind of KINDS) await send(url, kind, 0, REQUESTS);
    }
    const port = await portOf(lab, TENANT);
    const node = lab.cluster.workers.find(({ url }) => Number(new URL(url).port) === port);
    if (node === undefined) throw new Error('No worker has the tenant');
    const others = [lab.cluster.coordinator, ...lab.cluster.workers].filter((each) => each !== node);
    const idle = await idleOf([plain, node, ...others]);
    let isWithin = true;
    const taken = [...idle.values()].map((share) => `${(100 * share).toFixed(1)} %`).join(', ');
    lab.say(`  of a processor when idle: plain, tenant's node and all others take ${taken}`);
    lab.say(`  ms of processor time a request: plain, tenant's node (ratio), all others (ratio)`);
    const say = (name: string, base: number, node: number, all: number) =>
      lab.say(
        `  ${name.padEnd(20)} ${base.toFixed(3)}  ${node.toFixed(3)} (${(node / base).toFixed(2)})  ${all.toFixed(3)} (${(all / base).toFixed(2)})`,
      );
    const sides: readonly Side[] = [
      { url: broker.url, servers: [plain] },
      { url: lab.broker.url, servers: [node, ...others] },
    ];
    const updates = new Map<Side, readonly number[]>();
    for (const kind of KINDS) {
      const rounds = sides.map((): number[][] => []);
      for (let round = 0; round < ROUNDS; round++) {
        for (const [n, { url, servers }] of sides.entries()) {
          const [own = 0, ...rest] = await spent(url, kind, servers, idle, round);
          rounds[n]?.push([own, sum(rest)]);
        }
      }
      const [[base = 0] = [], [own = 0, rest = 0] = []] = rounds.map((of) =>
        [0, 1].map((n) => median(of.map((each) => each[n] ?? 0))),
      );
      if (kind.name === 'update')
        for (const [n, side] of sides.entries()) updates.set(side, n === 0 ? [base] : [own, rest]);
      say(kind.name, base, own, rest);
      isWithin = isWithin && own / base <= NODE_AT_MOST && rest / base <= OTHERS_AT_MOST;
    }
    const jobs = await Promise.all(sides.map((side) => jobsOf(side, idle, updates.get(side) ?? [])));
    const [[base = 0] = [], [own = 0, rest = 0] = []] = jobs;
    say('jobs for each update', base, own, rest);
    return isWithin;
  } finally {
    await broker.stop();
    await plain.stop();
    endpoint.close();
  }
}

async function watch(url: string, uri: string): Promise<void> {
  const level = { type: 'Property', value: 0 };
  const watched = Array.from({ length: WATCHED }, (_, n) => ({ id: watchedId(n), type: 'Watched', level }));
  await expected(url, 201, 'POST', '/entityOperations/create', watched);
  const notification = { endpoint: { uri } };
  const subscription = { type: 'Subscription', entities: [{ type: 'Watched' }], notification };
  await expected(url, 201, 'POST', '/subscriptions', subscription);
}

async function fill(url: string): Promise<void> {
  for (let first = 0; first < ENTITIES; first += A_BATCH) {
    const batch = Array.from({ length: A_BATCH }, (_, n) => sensor(first + n));
    await expected(url, 201, 'POST', '/entityOperations/create', batch);
  }
  for (let n = 0; n < OF_A_DAY; n++) {
    const temperature = Array.from({ length: 24 }, (_, hour) => ({
      type: 'Property',
      value: hour,
      observedAt: `2026-01-01T${String(hour).padStart(2, '0')}:30:00Z`,
    }));
    await expected(url, 204, 'POST', `/temporal/entities/${idOf(n)}/attrs`, { temperature });
  }
}

async function expected(url: string, wanted: number, method: string, path: string, body?: unknown): Promise<void> {
  const { status, text } = await ask(url, TENANT, method, path, body);
  if (status !== wanted) throw new Error(`${method} ${path}: got ${status} ${text.slice(0, 300)}, expected ${wanted}`);
}

/** The requests of a kind from one number to before another. */
async function send(url: string, kind: Kind, from: number, to: number): Promise<void> {
  let next = from;
  const client = async () => {
    while (next < to) await expected(url, kind.expected, ...kind.request(next++));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, client));
}

/** Milliseconds of each server for each request. The first tenth of the requests is not counted. */
async function spent(
  url: string,
  kind: Kind,
  servers: readonly Server[],
  idle: ReadonlyMap<Server, number>,
  round: number,
): Promise<number[]> {
  const { requests = REQUESTS } = kind;
  const first = round * 2 * requests;
  await send(url, kind, first, first + requests / 10);
  const before = servers.map(processorTime);
  const begun = performance.now();
  await send(url, kind, first + requests / 10, first + requests / 10 + requests);
  const took = performance.now() - begun;
  return servers.map((server, n) => {
    const whole = processorTime(server) - (before[n] as number);
    return Math.max(0, whole - took * (idle.get(server) ?? 0)) / requests;
  });
}

/**
 * Milliseconds of the tenant's node and of all others that the jobs take for each update, in the time after it.
 *
 * @param updates what an update takes itself
 */
async function jobsOf(
  { url, servers }: Side,
  idle: ReadonlyMap<Server, number>,
  updates: readonly number[],
): Promise<readonly number[]> {
  const update = KINDS.find(({ name }) => name === 'update') as Kind;
  const before = servers.map(processorTime);
  const begun = performance.now();
  await send(url, update, 0, UPDATES);
  await pause(JOBS_WITHIN_MS);
  const took = performance.now() - begun;
  const [own = 0, ...rest] = servers.map(
    (server, n) => processorTime(server) - (before[n] as number) - took * (idle.get(server) ?? 0),
  );
  return [own, sum(rest)].map((whole, n) => Math.max(0, whole / UPDATES - (updates[n] ?? 0)));
}

/** The share of a processor that each takes when nothing is asked. */
async function idleOf(servers: readonly Server[]): Promise<Map<Server, number>> {
  await pause(IDLE_MS);
  const before = servers.map(processorTime);
  const begun = performance.now();
  await pause(2 * IDLE_MS);
  const took = performance.now() - begun;
  return new Map(servers.map((server, n) => [server, (processorTime(server) - (before[n] as number)) / took]));
}

/** Of a server and its processes, in milliseconds: to the nanosecond, but to the tick for those that have ended. */
function processorTime({ pid }: Server): number {
  let time = 0;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      // Behind the name of the program: state, parent, … and as 14th and 15th the times of ended children.
      const fields = (readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1) as string).split(' ');
      const isServer = Number(name) === pid;
      if (!isServer && Number(fields[1]) !== pid) continue;
      if (isServer) time += (Number(fields[13]) + Number(fields[14])) * TICK_MS;
      time += Number(readFileSync(`/proc/${name}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
    } catch {
      // It has just ended.
    }
  }
  return time;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, each) => total + each, 0);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}
