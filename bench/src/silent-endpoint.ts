import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createSocketServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { findPostgres, startPostgres } from '../../scripts/postgres-server.ts';
import { endProgram, freePort } from '../../scripts/programs.ts';
import { measurementOf } from './load/measurement.ts';
import { postJson } from './seed.ts';

/*
 * npm run bench -- silent-endpoint [rounds] [updates]
 *
 * 99 endpoints that answer, and one that accepts requests and never answers. In each round its subscription is off,
 * then on, for a number of updates. Measured is the time from an update's request to each of its 99 notifications,
 * alternating in one run, so that other load affects both.
 */
const rounds = Number(process.argv[2] ?? 10);
const updates = Number(process.argv[3] ?? 40);
const PAUSE_MS = 25;
const HEALTHY = 99;
const SUBSCRIPTION = { type: 'Subscription', entities: [{ type: 'Lamp' }] };

const bin = findPostgres();
console.log(`${rounds} rounds of ${updates} updates off and on, ${HEALTHY} notifications each\n`);
console.log('| database | p50 ms without | with | p95 ms without | with | p95 ratio |');
console.log('| --- | --: | --: | --: | --: | --: |');
if (bin === undefined) console.log('| PostgreSQL 17 with PostGIS is not installed | | | | | |');
else {
  const postgres = await startPostgres(bin, ['jit=off']);
  await report('PostgreSQL, fsync on', { DATABASE_URL: postgres.url });
  await postgres.stop();
}
const folder = await mkdtemp(join(tmpdir(), 'alzette-bench-'));
await report('embedded', { DATA_DIR: folder });
await rm(folder, { recursive: true, force: true });

async function report(database: string, place: Record<string, string>): Promise<void> {
  const port = await freePort();
  const child = spawn(process.execPath, [fileURLToPath(new URL('../../broker/src/main.ts', import.meta.url))], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { PATH: process.env.PATH, ...place, PORT: String(port), LOG_LEVEL: 'error' },
  });
  const url = `http://127.0.0.1:${port}`;
  const isReady = () =>
    fetch(`${url}/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  // Creating the embedded database may take long on a busy machine.
  for (let tries = 0; tries < 1800 && child.exitCode === null && !(await isReady()); tries++) await sleep(100);
  const { without, beside } = await measure(`${url}/ngsi-ld/v1`);
  const [a, b] = [measurementOf(without, 1), measurementOf(beside, 1)];
  const cells = [a.p50.toFixed(1), b.p50.toFixed(1), a.p95.toFixed(1), b.p95.toFixed(1), (b.p95 / a.p95).toFixed(3)];
  console.log(`| ${database} | ${cells.join(' | ')} |`);
  await endProgram(child);
}

async function measure(api: string): Promise<{ without: number[]; beside: number[] }> {
  let arrived = 0;
  let startedAt = 0;
  let into: number[] = [];
  const sink = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      arrived++;
      into.push(performance.now() - startedAt);
      response.writeHead(204).end();
    });
  }).listen(0, '127.0.0.1');
  const silent = createSocketServer((socket) => socket.resume()).listen(0, '127.0.0.1');
  await sleep(50);
  const port = (server: { address(): unknown }) => (server.address() as AddressInfo).port;
  const subscribe = async (uri: string) =>
    (await postJson(`${api}/subscriptions`, { ...SUBSCRIPTION, notification: { endpoint: { uri } } })).headers.get(
      'location',
    );
  for (let n = 0; n < HEALTHY; n++) await subscribe(`http://127.0.0.1:${port(sink)}/${n}`);
  const id = (await subscribe(`http://127.0.0.1:${port(silent)}/`))?.split('/').at(-1);
  const patch = async (path: string, body: object) => {
    const headers = { 'content-type': 'application/json' };
    const { ok, status } = await fetch(`${api}${path}`, { method: 'PATCH', headers, body: JSON.stringify(body) });
    if (!ok) throw new Error(`PATCH ${path}: ${status}`);
  };
  await postJson(`${api}/entities`, { id: 'urn:ngsi-ld:Lamp:1', type: 'Lamp', level: { type: 'Property', value: 0 } });
  let level = 0;
  const block = async (isActive: boolean, latencies: number[]) => {
    await patch(`/subscriptions/${id}`, { isActive });
    await sleep(200);
    into = latencies;
    for (let n = 0; n < updates; n++) {
      const all = arrived + HEALTHY;
      startedAt = performance.now();
      await patch('/entities/urn:ngsi-ld:Lamp:1', { level: { type: 'Property', value: ++level } });
      for (let waited = 0; arrived < all && waited < 10_000; waited++) await sleep(1);
      if (arrived < all) throw new Error('Notifications are missing');
      await sleep(PAUSE_MS);
    }
  };
  const [without, beside]: [number[], number[]] = [[], []];
  await block(true, []); // warms up
  for (let round = 0; round < rounds; round++) {
    await block(false, without);
    await block(true, beside);
  }
  sink.closeAllConnections();
  sink.close();
  silent.close();
  return { without, beside };
}
