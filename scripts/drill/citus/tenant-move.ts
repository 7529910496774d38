import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { CitusLab } from './citus-drill.ts';
import { ask, counter, countsByStatus, startTenantFlow, type TenantFlow } from './tenant-flow.ts';
import { portOf, sum } from './worker-loss.ts';

const TENANT = 'large';
const NEIGHBOURS = Array.from({ length: 8 }, (_, n) => `neighbour${n}`);
const ENTITIES = 100_000;
const BATCH_SIZE = 1_000;
const WRITERS = 4;
/** Entities of each writer. */
const WRITTEN = 200;
const WRITE_PAUSE_MS = 10;
const CALM_MS = 3_000;

const ALZETTE = fileURLToPath(new URL('../../../platform/src/alzette.ts', import.meta.url));

/**
 * A tenant of 100,000 entities gets its own shard on the other worker, and then moves back, while clients read and write data
 * of it and of other tenants. No request may fail, and no acknowledged write may be lost.
 */
export async function runTenantMove(lab: CitusLab): Promise<boolean> {
  const { cluster, broker, say } = lab;
  const begun = performance.now();
  await load(broker.url, TENANT, ENTITIES);
  for (const neighbour of NEIGHBOURS) await load(broker.url, neighbour, WRITTEN);
  say(`  ${ENTITIES} entities created in ${seconds(performance.now() - begun)} s`);
  const flows = Array.from({ length: WRITERS }, (_, n) =>
    startTenantFlow(broker.url, TENANT, WRITTEN, WRITE_PAUSE_MS, { first: n * WRITTEN, creates: true }),
  );
  const others = NEIGHBOURS.map((neighbour) => startTenantFlow(broker.url, neighbour, WRITTEN, 10 * WRITE_PAUSE_MS));
  await pause(CALM_MS);
  const from = await portOf(lab, TENANT);
  const to = cluster.workers.map(({ url }) => Number(new URL(url).port)).find((port) => port !== from);
  if (to === undefined) throw new Error('There is no other worker');
  const own = await timed(() => move(cluster.coordinator.url, to, '--alone'));
  const isOwn = (await portOf(lab, TENANT)) === to;
  say(`  ${TENANT} has its own shard on the other worker after ${seconds(own)} s`);
  await pause(CALM_MS);
  const moved = await timed(() => move(cluster.coordinator.url, from));
  say(`  it is back on the first worker after ${seconds(moved)} s`);
  await pause(CALM_MS);
  await Promise.all([...flows, ...others].map((flow) => flow.stop()));
  const lost = (await Promise.all([...flows, ...others].map((flow) => flow.lost()))).flat();
  for (const line of lost.slice(0, 10)) say(`  ${line}`);
  const missing = ENTITIES - (await countOf(broker.url, TENANT)) + created(flows);
  for (const [of, name] of [[flows, TENANT] as const, [others, '8 other tenants'] as const]) {
    const slowest = Math.max(...of.map((flow) => flow.slowest));
    say(`  ${name}: ${countsByStatus(sum(of))}; slowest ${seconds(slowest)} s`);
  }
  say(`  ${lost.length} acknowledged writes lost, ${missing} entities missing`);
  const isServed = [...sum([...flows, ...others]).keys()].every((status) => status >= 200 && status < 300);
  return isServed && lost.length === 0 && missing === 0 && isOwn && (await portOf(lab, TENANT)) === from;
}

/** Runs the command that operators use. */
async function move(url: string, port: number, ...options: readonly string[]): Promise<void> {
  const args = [ALZETTE, 'tenant', 'move', TENANT, '--to', `127.0.0.1:${port}`, ...options];
  const child = spawn(process.execPath, args, { stdio: 'inherit', env: { ...process.env, DATABASE_URL: url } });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error('The command failed');
}

async function load(url: string, tenant: string, entities: number): Promise<void> {
  for (let first = 0; first < entities; first += BATCH_SIZE) {
    const batch = Array.from({ length: Math.min(BATCH_SIZE, entities - first) }, (_, n) => counter(first + n));
    const { status, text } = await ask(url, tenant, 'POST', '/entityOperations/create', batch);
    if (status !== 201) throw new Error(`${tenant}: ${status} ${text}`);
  }
}

async function countOf(url: string, tenant: string): Promise<number> {
  const response = await fetch(`${url}/ngsi-ld/v1/entities?type=Counter&limit=0&count=true`, {
    headers: { 'ngsild-tenant': tenant },
  });
  return Number(response.headers.get('ngsild-results-count'));
}

function created(flows: readonly TenantFlow[]): number {
  return sum(flows).get(201) ?? 0;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}
