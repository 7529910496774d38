import { setTimeout as pause } from 'node:timers/promises';
import type { CitusLab } from './citus-drill.ts';
import { ask as askNode } from './cluster.ts';
import { ask, counter, startTenantFlow, told } from './tenant-flow.ts';
import { portOf } from './worker-loss.ts';

const TENANT = 'large';
const ENTITIES = 100_000;
const AT_ONCE = 1_000;
const WRITERS_PAUSE_MS = 10;
const CALM_MS = 2_000;

/**
 * A tenant of 100,000 entities gets a shard of its own and moves to the other worker while it is written and read: no request
 * may fail, and nothing acknowledged be lost.
 */
export async function runTenantMove(lab: CitusLab): Promise<boolean> {
  const { cluster, broker, say } = lab;
  for (let first = 0; first < ENTITIES; first += AT_ONCE) {
    const some = Array.from({ length: AT_ONCE }, (_, n) => counter(first + n));
    const { status, text } = await ask(broker.url, TENANT, 'POST', '/entityOperations/create', some);
    if (status !== 201) throw new Error(`${status} ${text.slice(0, 500)}`);
  }
  const from = await portOf(lab, TENANT);
  const to = cluster.workers.map(({ url }) => Number(new URL(url).port)).find((port) => port !== from);
  const flow = startTenantFlow(broker.url, TENANT, ENTITIES, WRITERS_PAUSE_MS);
  await pause(CALM_MS);
  const begun = performance.now();
  const url = cluster.coordinator.url;
  const [row] = await askNode<{ shard: string }>(
    url,
    `SELECT isolate_tenant_to_new_shard('entity', '${TENANT}', 'CASCADE', shard_transfer_mode => 'force_logical') AS shard`,
  );
  const isolated = performance.now();
  await askNode(
    url,
    `SELECT citus_move_shard_placement(${row?.shard}, '127.0.0.1', ${from}, '127.0.0.1', ${to}, 'force_logical')`,
  );
  const moved = performance.now();
  await pause(CALM_MS);
  await flow.stop();
  const lost = await flow.lost();
  for (const line of lost.slice(0, 10)) say(`  ${line}`);
  const { status, text } = await ask(broker.url, TENANT, 'GET', '/entities?type=Counter&limit=0&count=true');
  const took = (since: number, until: number) => ((until - since) / 1000).toFixed(1);
  say(`  a shard of its own after ${took(begun, isolated)} s, moved after ${took(isolated, moved)} s`);
  say(`  answers: ${told(flow.answers)}; slowest ${(flow.slowest / 1000).toFixed(1)} s; ${lost.length} writes lost`);
  const isServed = [...flow.answers.keys()].every((each) => each >= 200 && each < 300);
  return isServed && lost.length === 0 && (await portOf(lab, TENANT)) === to && status === 200 && text !== '';
}
