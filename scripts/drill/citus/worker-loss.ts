import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../../postgres-server.ts';
import type { CitusLab } from './citus-drill.ts';
import { ask as askNode } from './cluster.ts';
import { ask, counter, startTenantFlow, type TenantFlow, told } from './tenant-flow.ts';

const TENANTS = 8;
const ENTITIES = 20;
const WRITE_PAUSE_MS = 50;
const CALM_MS = 4_000;
const AWAY_MS = 20_000;
const RECOVERED_WITHIN_S = 5;
const INTERVAL_S = 3;

/** The port of the node that keeps a tenant. */
export async function portOf({ cluster }: CitusLab, tenant: string): Promise<number> {
  const [row] = await askNode<{ port: number }>(
    cluster.coordinator.url,
    `SELECT nodeport AS port FROM citus_shards
     WHERE table_name = 'entity'::regclass AND shardid = get_shard_id_for_distribution_column('entity', '${tenant}')`,
  );
  return row?.port ?? 0;
}

/**
 * A worker crashes and is away for 20 s while all tenants are written and read: those elsewhere must not notice, its own are
 * answered 503, nothing acknowledged is lost, and they are served again within 5 s of its return. Elsewhere notifications by time
 * interval go on, too.
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
  const { told: toldAt, close } = await subscribeAll(broker.url, tenants);
  const flows = tenants.map((tenant) => startTenantFlow(broker.url, tenant, ENTITIES, WRITE_PAUSE_MS));
  const own = flows.filter((_, n) => ports[n] === lostPort);
  const others = flows.filter((_, n) => ports[n] !== lostPort);
  await pause(CALM_MS);
  await worker.crash();
  const gone = performance.now();
  await pause(AWAY_MS);
  const returning = performance.now();
  await worker.restart();
  const back = performance.now();
  await until(() => own.every(({ lastSuccess }) => lastSuccess > back), 'all tenants of the worker are served', 120);
  const recovered = (performance.now() - back) / 1000;
  await pause(CALM_MS);
  await Promise.all(flows.map((flow) => flow.stop()));
  close();
  const whileAway = tenants.map(
    (tenant) => (toldAt.get(tenant) ?? []).filter((at) => at > gone && at < returning).length,
  );
  const fewest = Math.min(...whileAway.filter((_, n) => ports[n] !== lostPort));
  const lost = (await Promise.all(flows.map((flow) => flow.lost()))).flat();
  for (const line of lost.slice(0, 10)) say(`  ${line}`);
  say(`  ${own.length} tenants of the worker: ${told(sum(own))}; slowest ${seconds(own)} s`);
  say(`  ${others.length} tenants elsewhere: ${told(sum(others))}; slowest ${seconds(others)} s`);
  say(`  served again ${recovered.toFixed(1)} s after its return; ${lost.length} acknowledged writes lost`);
  say(`  told by time interval of ${INTERVAL_S} s while it was away: each tenant elsewhere ${fewest} times at least`);
  const isServed = [...sum(others).keys()].every((status) => status >= 200 && status < 300);
  const isTold = [...sum(own).keys()].every((status) => (status >= 200 && status < 300) || status === 503);
  return (
    own.length > 0 &&
    others.length > 0 &&
    isServed &&
    isTold &&
    lost.length === 0 &&
    recovered <= RECOVERED_WITHIN_S &&
    fewest > 0
  );
}

/** Subscribes to a tenant's entities by time interval. @returns when each tenant was told, by `performance.now()` */
async function subscribeAll(url: string, tenants: readonly string[]) {
  const told = new Map(tenants.map((tenant) => [tenant, [] as number[]]));
  const endpoint = createServer((request, response) => {
    told.get(request.url?.slice(1) ?? '')?.push(performance.now());
    request.resume().on('end', () => response.end());
  });
  endpoint.listen(0, '127.0.0.1');
  await once(endpoint, 'listening');
  const { port } = endpoint.address() as AddressInfo;
  for (const tenant of tenants) {
    const { status, text } = await ask(url, tenant, 'POST', '/subscriptions', {
      type: 'Subscription',
      entities: [{ type: 'Counter' }],
      timeInterval: INTERVAL_S,
      notification: { endpoint: { uri: `http://127.0.0.1:${port}/${tenant}` } },
    });
    if (status !== 201) throw new Error(`${tenant}: ${status} ${text}`);
  }
  return { told, close: () => endpoint.close() };
}

/** The answers of all of them. */
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
