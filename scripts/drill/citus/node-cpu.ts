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
/** The number of entities with a history of one day. */
const WITH_HISTORY = 20;
/** The number of entities of another type with a subscription. */
const WATCHED = 200;
const BATCH_SIZE = 500;
const REQUESTS = 200;
const CONCURRENCY = 8;
/** Enough rounds that jobs, which run every few seconds, fall into few of them and do not change the median. */
const ROUNDS = 21;
/** The number of updates after which the work of the jobs is measured. */
const UPDATES = 4_000;
/** The jobs have computed the sums after this time. */
const JOBS_DONE_AFTER_MS = 45_000;
const IDLE_MS = 4_000;
/** The resolution of process times in the kernel. */
const TICK_MS = 10;
const MAX_NODE_RATIO = 1.3;
const MAX_OTHERS_RATIO = 0.1;

interface Kind {
  readonly name: string;
  readonly expected: number;
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
    request: (n) => [
      'GET',
      `/temporal/entities/${idOf(n % WITH_HISTORY)}?attrs=temperature&timerel=between&timeAt=2026-01-01T00:00:00Z&endTimeAt=2026-01-02T00:00:00Z&${AGGREGATE}`,
    ],
  },
];

interface Server {
  readonly pid: number;
}

/** A broker and its database servers, beginning with the tenant's node. */
interface Side {
  readonly url: string;
  readonly servers: readonly Server[];
}

/**
 * Measures the processor time of a request for each node of the cluster, alternating with a plain PostgreSQL. The tenant's
 * node may take at most 1.3 times the time of the plain server, all other nodes together at most 0.1 times. The time of idle
 * servers is subtracted. The median of many short rounds excludes the jobs; their time per update is measured separately.
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
      // The broker creates an index after the first slow queries. It must exist before the measurement.
      for (const kind of KINDS) await send(url, kind, 0, REQUESTS);
    }
    const port = await portOf(lab, TENANT);
    const node = lab.cluster.workers.find(({ url }) => Number(new URL(url).port) === port);
    if (node === undefined) throw new Error('No worker has the tenant');
    const others = [lab.cluster.coordinator, ...lab.cluster.workers].filter((each) => each !== node);
    const idle = await idleOf([plain, node, ...others]);
    let isWithin = true;
    const taken = [...idle.values()].map((share) => `${(100 * share).toFixed(1)} %`).join(', ');
    lab.say(`  share of a processor when idle: plain, tenant's node, all others: ${taken}`);
    lab.say(`  ms of processor time per request: plain, tenant's node (ratio), all others (ratio)`);
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
      isWithin = isWithin && own / base <= MAX_NODE_RATIO && rest / base <= MAX_OTHERS_RATIO;
    }
    const jobs = await Promise.all(sides.map((side) => jobsOf(side, idle, updates.get(side) ?? [])));
    const [[base = 0] = [], [own = 0, rest = 0] = []] = jobs;
    say('jobs per update', base, own, rest);
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
  for (let first = 0; first < ENTITIES; first += BATCH_SIZE) {
    const batch = Array.from({ length: BATCH_SIZE }, (_, n) => sensor(first + n));
    await expected(url, 201, 'POST', '/entityOperations/create', batch);
  }
  for (let n = 0; n < WITH_HISTORY; n++) {
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

/** Sends the requests of a kind with the numbers from `from` to before `to`. */
async function send(url: string, kind: Kind, from: number, to: number): Promise<void> {
  let next = from;
  const client = async () => {
    while (next < to) await expected(url, kind.expected, ...kind.request(next++));
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, client));
}

/** Milliseconds per request of each server. The first tenth of the requests is not counted. */
async function spent(
  url: string,
  kind: Kind,
  servers: readonly Server[],
  idle: ReadonlyMap<Server, number>,
  round: number,
): Promise<number[]> {
  const first = round * 2 * REQUESTS;
  await send(url, kind, first, first + REQUESTS / 10);
  const before = servers.map(processorTime);
  const begun = performance.now();
  await send(url, kind, first + REQUESTS / 10, first + REQUESTS / 10 + REQUESTS);
  const took = performance.now() - begun;
  return servers.map((server, n) => {
    const whole = processorTime(server) - (before[n] as number);
    return Math.max(0, whole - took * (idle.get(server) ?? 0)) / REQUESTS;
  });
}

/**
 * Milliseconds per update that the jobs take afterwards: on the tenant's node, and on all others.
 *
 * @param updates milliseconds of the update itself
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
  await pause(JOBS_DONE_AFTER_MS);
  const took = performance.now() - begun;
  const [own = 0, ...rest] = servers.map(
    (server, n) => processorTime(server) - (before[n] as number) - took * (idle.get(server) ?? 0),
  );
  return [own, sum(rest)].map((whole, n) => Math.max(0, whole / UPDATES - (updates[n] ?? 0)));
}

/** The share of a processor that each server takes without requests. */
async function idleOf(servers: readonly Server[]): Promise<Map<Server, number>> {
  await pause(IDLE_MS);
  const before = servers.map(processorTime);
  const begun = performance.now();
  await pause(2 * IDLE_MS);
  const took = performance.now() - begun;
  return new Map(servers.map((server, n) => [server, (processorTime(server) - (before[n] as number)) / took]));
}

/** The time of a server and its processes, in ms: exact for running processes, to the tick for those that have exited. */
function processorTime({ pid }: Server): number {
  let time = 0;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      // After the name of the program: state, parent, …; the 14th and 15th are the times of exited children.
      const fields = (readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1) as string).split(' ');
      const isServer = Number(name) === pid;
      if (!isServer && Number(fields[1]) !== pid) continue;
      if (isServer) time += (Number(fields[13]) + Number(fields[14])) * TICK_MS;
      time += Number(readFileSync(`/proc/${name}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
    } catch {
      // It has just exited.
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
