import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../../postgres-server.ts';
import { freePort } from '../../programs.ts';
import { brokerProcess } from '../broker-process.ts';
import type { CitusLab } from './citus-drill.ts';
import { ask as askNode } from './cluster.ts';
import { startWhileAway, WATCHED } from './start-while-away.ts';
import { ask, counter, countsByStatus, startTenantFlow, type TenantFlow } from './tenant-flow.ts';

const TENANTS = 8;
const ENTITIES = 20;
const WRITE_PAUSE_MS = 50;
const CALM_MS = 4_000;
const AWAY_MS = 20_000;
const RECOVERED_WITHIN_S = 5;
const INTERVAL_S = 3;

/** The port of the node with the data of a tenant. */
export async function portOf({ cluster }: CitusLab, tenant: string): Promise<number> {
  const [row] = await askNode<{ port: number }>(
    cluster.coordinator.url,
    `SELECT nodeport AS port FROM citus_shards
     WHERE table_name = 'entity'::regclass AND shardid = get_shard_id_for_distribution_column('entity', '${tenant}')`,
  );
  return row?.port ?? 0;
}

/**
 * A worker crashes and is down for 20 s while clients read and write data of all tenants. Tenants of other nodes must not be
 * affected, including their notifications by time interval. Requests for its own tenants are answered with 503, and must be
 * served again within 5 s of its return. No acknowledged write may be lost. A broker and the product that are started
 * meanwhile serve the other tenants immediately, and those of the worker, with their subscriptions, when it is up again.
 */
export async function runWorkerLoss(lab: CitusLab): Promise<boolean> {
  const { cluster, broker, say } = lab;
  const tenants = Array.from({ length: TENANTS }, (_, n) => `loss${n}`);
  const entities = Array.from({ length: ENTITIES }, (_, n) => counter(n));
  for (const tenant of tenants) {
    const { status, text } = await ask(broker.url, tenant, 'POST', '/entityOperations/create', entities);
    if (status !== 201) throw new Error(`${tenant}: ${status} ${text}`);
  }
  const [worker] = cluster.workers;
  if (worker === undefined) throw new Error('There is no worker');
  const lostPort = Number(new URL(worker.url).port);
  const ports = await Promise.all(tenants.map((tenant) => portOf(lab, tenant)));
  for (const tenant of tenants) await ask(broker.url, tenant, 'POST', '/entities', WATCHED);
  const { intervals, changes, close } = await subscribeAll(broker.url, tenants);
  const folder = await mkdtemp(join(tmpdir(), 'alzette-citus-'));
  await createTables(lab, folder);
  const flows = tenants.map((tenant) => startTenantFlow(broker.url, tenant, ENTITIES, WRITE_PAUSE_MS));
  const own = flows.filter((_, n) => ports[n] === lostPort);
  const others = flows.filter((_, n) => ports[n] !== lostPort);
  await pause(CALM_MS);
  await worker.crash();
  const gone = performance.now();
  const split = (isOwn: boolean) => tenants.filter((_, n) => (ports[n] === lostPort) === isOwn);
  const notifications = (tenant: string) => changes.get(tenant) ?? 0;
  const starting = [false, true].map((isProduct) =>
    startWhileAway(lab, split(true), split(false), notifications, {
      isProduct,
      settings: isProduct ? productSettings(folder) : {},
    }),
  );
  await Promise.all([pause(AWAY_MS), ...starting.map(({ started }) => started)]);
  const returning = performance.now();
  await worker.restart();
  const back = performance.now();
  await until(() => own.every(({ lastSuccess }) => lastSuccess > back), 'all tenants of the worker are served', 120);
  const recovered = (performance.now() - back) / 1000;
  const wrong = (await Promise.all(starting.map(({ whenBack }) => whenBack()))).flat();
  for (const line of wrong) say(`  ${line}`);
  await pause(CALM_MS);
  await Promise.all([...flows, ...starting].map((each) => each.stop()));
  await rm(folder, { recursive: true, force: true });
  close();
  const whileAway = tenants.map(
    (tenant) => (intervals.get(tenant) ?? []).filter((at) => at > gone && at < returning).length,
  );
  const fewest = Math.min(...whileAway.filter((_, n) => ports[n] !== lostPort));
  const lost = (await Promise.all(flows.map((flow) => flow.lost()))).flat();
  for (const line of lost.slice(0, 10)) say(`  ${line}`);
  say(`  ${own.length} tenants of the worker: ${countsByStatus(sum(own))}; slowest ${seconds(own)} s`);
  say(`  ${others.length} tenants elsewhere: ${countsByStatus(sum(others))}; slowest ${seconds(others)} s`);
  say(`  served again ${recovered.toFixed(1)} s after its return; ${lost.length} acknowledged writes lost`);
  say(
    `  notified by time interval of ${INTERVAL_S} s while it was down: each tenant elsewhere at least ${fewest} times`,
  );
  const isServed = [...sum(others).keys()].every((status) => status >= 200 && status < 300);
  const isAnswered = [...sum(own).keys()].every((status) => (status >= 200 && status < 300) || status === 503);
  return (
    own.length > 0 &&
    others.length > 0 &&
    isServed &&
    isAnswered &&
    lost.length === 0 &&
    wrong.length === 0 &&
    recovered <= RECOVERED_WITHIN_S &&
    fewest > 0
  );
}

/** Starts the product once: at its first start it creates tables, which requires all nodes. */
async function createTables({ cluster }: CitusLab, folder: string): Promise<void> {
  const settings = { DATABASE_URL: cluster.coordinator.url, ...productSettings(folder) };
  const product = brokerProcess(await freePort(), settings, { isProduct: true });
  await product.start();
  await product.stop();
}

function productSettings(folder: string) {
  return { ACCESS: 'open', DEMO: 'off', OFFLINE: 'on', MQTT: 'off', DATA_DIR: folder };
}

/**
 * Subscribes to the entities of each tenant by time interval, and to changes of the watched entity.
 *
 * @returns by tenant, the times of notifications by interval (`performance.now()`), and the number of notified changes
 */
async function subscribeAll(url: string, tenants: readonly string[]) {
  const intervals = new Map(tenants.map((tenant) => [tenant, [] as number[]]));
  const changes = new Map<string, number>();
  const endpoint = createServer((request, response) => {
    const [, tenant = '', kind] = (request.url ?? '').split('/');
    if (kind === 'change') changes.set(tenant, (changes.get(tenant) ?? 0) + 1);
    else intervals.get(tenant)?.push(performance.now());
    request.resume().on('end', () => response.end());
  });
  endpoint.listen(0, '127.0.0.1');
  await once(endpoint, 'listening');
  const { port } = endpoint.address() as AddressInfo;
  const subscribe = async (tenant: string, what: object, path: string) => {
    const { status, text } = await ask(url, tenant, 'POST', '/subscriptions', {
      type: 'Subscription',
      ...what,
      notification: { endpoint: { uri: `http://127.0.0.1:${port}/${path}` } },
    });
    if (status !== 201) throw new Error(`${tenant}: ${status} ${text}`);
  };
  for (const tenant of tenants) {
    await subscribe(tenant, { entities: [{ type: 'Counter' }], timeInterval: INTERVAL_S }, tenant);
    await subscribe(tenant, { entities: [{ type: WATCHED.type }] }, `${tenant}/change`);
  }
  return { intervals, changes, close: () => endpoint.close() };
}

/** The answers of all flows together. */
export function sum(flows: readonly TenantFlow[]): Map<number, number> {
  const all = new Map<number, number>();
  for (const { answers } of flows) {
    for (const [status, times] of answers) all.set(status, (all.get(status) ?? 0) + times);
  }
  return all;
}

function seconds(flows: readonly TenantFlow[]): string {
  return (Math.max(0, ...flows.map(({ slowest }) => slowest)) / 1000).toFixed(1);
}
