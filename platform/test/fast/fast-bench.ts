import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { Agent, request } from 'undici';
import { SIMPLE_VERSIONS } from './simple-versions.ts';

/*
 * npm run bench -- fast [device …] [--turns 24]
 *
 * The gain of each optimisation: two servers, one with it and one without, on two databases of the PostgreSQL at
 * TEST_DATABASE_URL, get the same requests in short alternating turns. Prints the medians of the CPU µs per operation
 * of the server and of its PostgreSQL connections, and of the duration.
 */
const URL_OF_POSTGRES = process.env.TEST_DATABASE_URL ?? '';
if (URL_OF_POSTGRES === '') throw new Error('TEST_DATABASE_URL is not set, expected the URL of a PostgreSQL');
const TURNS = Number(process.argv[process.argv.indexOf('--turns') + 1]) || 24;
const AT_ONCE = 32;
const TICK_US = 10_000;
const ENTITIES = 20_000;
const JSON_TYPE = { 'content-type': 'application/json' };
const FIWARE = { 'fiware-service': 'bench', 'fiware-servicepath': '/' };

const { start: command }: { start: string } = JSON.parse(
  readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
).scripts;
/** Of Node, as `npm start` sets them: they decide when memory is collected. */
const OPTIONS = command.match(/--\S+/g) ?? [];

interface Server {
  readonly child: ChildProcess;
  readonly base: string;
  readonly database: string;
}

/** One operation; it receives the number of its run. */
interface Workload {
  readonly operations: number;
  prepare?(ask: Ask): Promise<void>;
  operate(ask: Ask, n: number): Promise<void>;
}

type Ask = (method: 'GET' | 'POST' | 'PATCH', path: string, body?: unknown) => Promise<void>;

const agent = new Agent({ connections: AT_ONCE, pipelining: 1 });
const postgres = new pg.Client(URL_OF_POSTGRES);
await postgres.connect();
let notified = 0;
const sink = createServer((message, answer) => {
  message.resume().on('end', () => answer.end());
  notified += 1;
}).listen(0, '127.0.0.1');
await once(sink, 'listening');
const sinkUrl = `http://127.0.0.1:${(sink.address() as AddressInfo).port}/`;

const entity = (n: number) => ({
  id: `urn:ngsi-ld:Bench:${n}`,
  type: 'Bench',
  location: {
    type: 'GeoProperty',
    value: { type: 'Point', coordinates: [6 + (n % 200) / 100, 49 + (n % ENTITIES) / 20_000] },
  },
  number: { type: 'Property', value: n, unitCode: 'CEL', observedAt: '2026-07-01T00:00:00Z' },
  temperature: { type: 'Property', value: n / 10, unitCode: 'CEL', observedAt: '2026-07-01T00:00:00Z' },
  name: { type: 'Property', value: `Bench ${n}` },
  street: { type: 'Relationship', object: `urn:ngsi-ld:Street:${n % 100}` },
});
const fill = async (ask: Ask): Promise<void> => {
  for (let start = 0; start < ENTITIES; start += 500) {
    const batch = Array.from({ length: 500 }, (_, at) => entity(start + at));
    await ask('POST', '/ngsi-ld/v1/entityOperations/create', batch);
  }
};
const patch: Workload['operate'] = (ask, n) =>
  ask('PATCH', `/ngsi-ld/v1/entities/urn:ngsi-ld:Bench:${n % 1000}/attrs`, { number: { value: n, type: 'Property' } });
const page: Workload = {
  operations: 200,
  prepare: fill,
  operate: (ask, n) => ask('GET', `/ngsi-ld/v1/entities?type=Bench&limit=50&offset=${(n * 50) % 10_000}`),
};
const notify: Workload = {
  operations: 2000,
  async prepare(ask) {
    await fill(ask);
    const endpoint = { uri: sinkUrl, accept: 'application/json' };
    const subscription = { type: 'Subscription', entities: [{ type: 'Bench' }], notification: { endpoint } };
    await ask('POST', '/ngsi-ld/v1/subscriptions', subscription);
  },
  operate: patch,
};
const WORKLOADS: { readonly [device: string]: Workload } = {
  'spliced-json': page,
  'ascii-response': page,
  'http-sender': notify,
  'narrow-queries': {
    operations: 100,
    prepare: fill,
    operate: (ask, n) =>
      ask(
        'GET',
        `/ngsi-ld/v1/entities?type=Bench&limit=20&georel=near;maxDistance==400&geometry=Point&coordinates=[${6 + (n % 200) / 100},${49 + n / 5_000}]`,
      ),
  },
  'initial-instances': {
    operations: 200,
    operate: (ask, n) => ask('POST', '/ngsi-ld/v1/entities', entity(1_000_000 + n)),
  },
  'direct-measures': {
    operations: 300,
    async prepare(ask) {
      await ask('POST', '/iot/groups', {
        groups: [{ apikey: 'benchkey', resource: '/iot/json', entity_type: 'Thing', autoprovision: true }],
      });
    },
    operate: (ask, n) => ask('POST', `/iot/json?k=benchkey&i=d${n % 50}`, { t: n }),
  },
};

async function start(device: string, without: boolean): Promise<Server> {
  const database = `fast_${device.replaceAll('-', '_')}_${without ? 'without' : 'with'}_${process.pid}`;
  await postgres.query(`CREATE DATABASE ${database}`);
  const url = new URL(URL_OF_POSTGRES);
  url.pathname = `/${database}`;
  const file = fileURLToPath(new URL('fast-server.ts', import.meta.url));
  const child = fork(file, [url.href, ...(without ? [device] : [])], { execArgv: OPTIONS });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return { child, base: `http://127.0.0.1:${port}`, database };
}

function senderFor({ base }: Server): Ask {
  return async (method, path, body) => {
    const headers: Record<string, string> =
      body === undefined ? { 'ngsild-tenant': 'bench' } : { ...JSON_TYPE, ...FIWARE };
    const text = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await request(base + path, { method, dispatcher: agent, headers, ...text });
    const bodyText = await answer.body.text();
    if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${answer.statusCode} ${bodyText.slice(0, 300)}`);
  };
}

/** CPU µs of the process and of its PostgreSQL connections. */
async function used({ child, database }: Server): Promise<number> {
  child.send('cpu');
  const [{ cpuUs }] = (await once(child, 'message')) as [{ cpuUs: number }];
  const { rows } = await postgres.query('SELECT pid FROM pg_stat_activity WHERE datname = $1', [database]);
  const ticks = rows.map(({ pid }) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return Number(fields[11]) + Number(fields[12]);
  });
  return cpuUs + ticks.reduce((sum, each) => sum + each, 0) * TICK_US;
}

interface Turn {
  readonly cpuUs: number;
  readonly wallUs: number;
}

async function turn(server: Server, workload: Workload, first: number): Promise<Turn> {
  const ask = senderFor(server);
  const before = await used(server);
  const begun = performance.now();
  const toBeNotified = workload === notify ? notified + workload.operations : notified;
  let next = first;
  const lane = async (): Promise<void> => {
    while (next < first + workload.operations) await workload.operate(ask, next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  while (notified < toBeNotified) await new Promise((resolve) => setTimeout(resolve, 2));
  const wallUs = ((performance.now() - begun) * 1000) / workload.operations;
  return { cpuUs: ((await used(server)) - before) / workload.operations, wallUs };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function measure(device: string, workload: Workload): Promise<void> {
  const servers = [await start(device, false), await start(device, true)];
  try {
    for (const server of servers) {
      await workload.prepare?.(senderFor(server));
      await turn(server, workload, 0); // warms up
      await turn(server, workload, workload.operations);
    }
    const turns: [Turn[], Turn[]] = [[], []];
    for (let round = 0; round < TURNS; round += 1) {
      const order = round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const);
      for (const which of order) {
        turns[which].push(await turn(servers[which] as Server, workload, (round + 2) * workload.operations));
      }
    }
    const of = (which: 0 | 1, member: keyof Turn) => median(turns[which].map((each) => each[member]));
    const mean = (which: 0 | 1) => turns[which].reduce((sum, each) => sum + each.cpuUs, 0) / TURNS;
    const less = (some: number, all: number) => `${Math.round((1 - some / all) * 100)} %`;
    const [cpu, cpuWithout] = [mean(0), mean(1)];
    const [wall, wallWithout] = [of(0, 'wallUs'), of(1, 'wallUs')];
    console.log(
      `${device.padEnd(18)} processor ${Math.round(cpu)} µs, without it ${Math.round(cpuWithout)} (${less(cpu, cpuWithout)} less); ` +
        `time ${Math.round(wall)} µs, without it ${Math.round(wallWithout)} (${less(wall, wallWithout)} less)`,
    );
  } finally {
    for (const { child, database } of servers) {
      child.disconnect();
      await once(child, 'exit');
      await postgres.query(`DROP DATABASE ${database} WITH (FORCE)`);
    }
  }
}

const asked = process.argv.slice(2).filter((each) => each in SIMPLE_VERSIONS);
for (const device of asked.length > 0 ? asked : Object.keys(WORKLOADS)) {
  const workload = WORKLOADS[device];
  if (workload !== undefined) await measure(device, workload);
}
await postgres.end();
await agent.close();
sink.close();
