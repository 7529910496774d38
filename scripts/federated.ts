import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readCommandLine } from './commands/command-line.ts';
import { findPostgres, startPostgres, until } from './postgres-server.ts';
import { endProgram, freePort } from './programs.ts';

const USAGE = `npm run federated -- [--port 8080] [--entities 5000] [--measure]

A federation: two brokers, each with the lamps of its communes and its own database, and a third broker with both as
context sources. All run on this machine on one PostgreSQL server, until it is stopped. With --measure it compares
queries of the third broker with queries of a single commune, and exits.`;

const BROKER = fileURLToPath(new URL('../broker/src/main.ts', import.meta.url));
const API = '/ngsi-ld/v1';
const TYPE = 'Streetlight';
const CHUNK = 500;
const ASKED = 100;
const COMMUNES = ['aumetz', 'rumelange'] as const;
type Name = 'view' | (typeof COMMUNES)[number];

const { values } = readCommandLine({
  usage: USAGE,
  options: {
    port: { type: 'string', default: '0' },
    entities: { type: 'string', default: '5000' },
    measure: { type: 'boolean', default: false },
  },
});
const perCommune = Number(values.entities);

const bin = findPostgres();
if (bin === undefined) throw new Error('PostgreSQL 17 with PostGIS is missing');
const postgres = await startPostgres(bin, ['shared_buffers=512MB', 'jit=off']);
const brokers: ChildProcess[] = [];
const urls = new Map<Name, string>();
const stop = async () => {
  await Promise.all(brokers.map((broker) => endProgram(broker)));
  await postgres.stop();
};

try {
  for (const name of ['view', ...COMMUNES] as const) urls.set(name, await startBroker(name));
  for (const commune of COMMUNES) await fill(commune);
  for (const commune of COMMUNES) await register(commune);
  for (const [name, url] of urls) console.log(`${name.padEnd(16)}${url}${API}`);
  console.log(`\ncurl '${urlOf('view')}${API}/entities?type=${TYPE}&limit=3'   returns the lamps of both\n`);
  if (values.measure) await measure();
  else {
    const stopped = Promise.withResolvers<void>();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.resolve());
    await stopped.promise;
  }
} finally {
  await stop();
}

function urlOf(name: Name): string {
  return urls.get(name) as string; // all were started
}

async function startBroker(name: Name): Promise<string> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
  await client.end();
  const own = name === 'view' && values.port !== '0' ? Number(values.port) : await freePort();
  const url = `http://127.0.0.1:${own}`;
  const database = postgres.url.replace(/postgres$/, name);
  const env = { ...process.env, LOG_LEVEL: 'warn', PORT: String(own), PUBLIC_URL: url, DATABASE_URL: database };
  const child = spawn(process.execPath, [BROKER], { env, stdio: ['ignore', 'inherit', 'inherit'] });
  brokers.push(child);
  await until(async () => child.exitCode !== null || (await isReady(url)), `${name} is ready`, 120);
  if (child.exitCode !== null) throw new Error(`The broker of ${name} ended with ${child.exitCode}`);
  return url;
}

async function isReady(url: string): Promise<boolean> {
  const response = await fetch(`${url}/ready`).catch(() => undefined);
  await response?.body?.cancel();
  return response?.ok === true;
}

async function fill(commune: (typeof COMMUNES)[number]): Promise<void> {
  const place = COMMUNES.indexOf(commune);
  for (let start = 0; start < perCommune; start += CHUNK) {
    const lamps = Array.from({ length: Math.min(CHUNK, perCommune - start) }, (_, nth) =>
      lamp(commune, place, start + nth),
    );
    await post(`${urlOf(commune)}${API}/entityOperations/upsert`, lamps);
  }
}

function lamp(commune: string, place: number, n: number): object {
  const coordinates = [5.9 + place / 20 + (n % 100) / 10_000, 49.4 + Math.floor(n / 100) / 10_000];
  return {
    id: idOf(commune, n),
    type: TYPE,
    scope: `/${commune}`,
    illuminanceLevel: { type: 'Property', value: (n % 100) / 100 },
    powerState: { type: 'Property', value: n % 10 === 0 ? 'off' : 'on' },
    location: { type: 'GeoProperty', value: { type: 'Point', coordinates } },
  };
}

function idOf(commune: string, n: number): string {
  return `urn:ngsi-ld:${TYPE}:${commune}:${n.toString().padStart(6, '0')}`;
}

/** Registers a commune as a source for reads, writes and subscriptions. */
async function register(commune: (typeof COMMUNES)[number]): Promise<void> {
  await post(`${urlOf('view')}${API}/csourceRegistrations`, {
    type: 'ContextSourceRegistration',
    endpoint: urlOf(commune),
    information: [{ entities: [{ type: TYPE, idPattern: `^urn:ngsi-ld:${TYPE}:${commune}:.*` }] }],
    operations: ['federationOps', 'updateOps'],
    management: { timeout: 20_000 },
  });
}

async function post(url: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok || response.status === 207)
    throw new Error(`${url}: ${response.status} ${(await response.text()).slice(0, 500)}`);
}

/** Sends the same queries to the federation and to a commune, one after the other. */
async function measure(): Promise<void> {
  const [first, second] = COMMUNES;
  const both = await fetch(`${urlOf('view')}${API}/entities?type=${TYPE}&count=true&limit=1`);
  console.log(`The view counts ${both.headers.get('ngsild-results-count')} lamps of ${2 * perCommune}\n`);
  await both.body?.cancel();
  const nth = (n: number) => (n * 7919) % perCommune;
  const ways: readonly (readonly [string, (name: Name, n: number) => Promise<Response>])[] = [
    ['retrieve one', (name, n) => get(name, `/entities/${idOf(first, nth(n))}?type=${TYPE}`)],
    ['query of 20', (name) => get(name, `/entities?type=${TYPE}&limit=20`)],
    ['query of 20 by q', (name) => get(name, `/entities?type=${TYPE}&q=powerState==%22off%22&limit=20`)],
    [
      'query of 20 within 500 m',
      (name) =>
        get(
          name,
          `/entities?type=${TYPE}&limit=20&georel=near%3BmaxDistance==500&geometry=Point&coordinates=[5.905,49.402]`,
        ),
    ],
    ['change an attribute', (name, n) => change(name, idOf(first, nth(n)), n)],
  ];
  console.log('| request | commune, p50 ms | p95 | view, p50 ms | p95 |');
  console.log('| --- | --: | --: | --: | --: |');
  for (const [what, way] of ways) {
    const times = { [first]: await timesOf(way, first), view: await timesOf(way, 'view') };
    const stopped = [times[first], times.view].flatMap((each = []) =>
      [0.5, 0.95].map((share) => at(each, share).toFixed(1)),
    );
    console.log(`| ${[what, ...stopped].join(' | ')} |`);
  }
  const broker = brokers[2] as ChildProcess; // the broker of the second commune
  await endProgram(broker);
  const since = performance.now();
  const answer = await get('view', `/entities?type=${TYPE}&limit=1000`);
  const found = (await answer.json()) as unknown[];
  console.log(
    `\nWith ${second} away the view answers ${answer.status} with ${found.length} lamps of ${first} in ${(performance.now() - since).toFixed(0)} ms, and says: ${answer.headers.get('ngsild-warning')}`,
  );
}

function get(name: Name, path: string): Promise<Response> {
  return fetch(`${urlOf(name)}${API}${path}`);
}

function change(name: Name, id: string, n: number): Promise<Response> {
  return fetch(`${urlOf(name)}${API}/entities/${id}/attrs/illuminanceLevel?type=${TYPE}`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ value: n / 1000 }),
  });
}

async function timesOf(way: (name: Name, n: number) => Promise<Response>, name: Name): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < ASKED; n++) {
    const since = performance.now();
    const response = await way(name, n);
    if (!response.ok) throw new Error(`${name}: ${response.status} ${(await response.text()).slice(0, 500)}`);
    await response.text();
    // The first requests are for warming up.
    if (n >= ASKED / 10) times.push(performance.now() - since);
    if (n % 50 === 0) await pause(1);
  }
  return times.sort((one, other) => one - other);
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
