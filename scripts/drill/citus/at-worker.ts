import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from '../../postgres-server.ts';
import { freePort } from '../../programs.ts';
import { brokerProcess } from '../broker-process.ts';
import { type CitusLab, runConformance } from './citus-drill.ts';
import { ask, counter, counterId } from './tenant-flow.ts';

const TENANTS = Array.from({ length: 8 }, (_, n) => `worker${n}`);
const WITHIN_S = 60;

/**
 * A second broker connects with the URL of a worker. It must pass all conformance cases. For tenants of every node, each
 * broker must read what the other one writes, and subscriptions created at one must notify of writes at the other.
 */
export async function runAtWorker({ cluster, broker, say }: CitusLab): Promise<boolean> {
  const notified = new Set<string>();
  const endpoint = createServer((request, response) => {
    notified.add(request.url ?? '');
    request.resume().on('end', () => response.end());
  });
  endpoint.listen(0, '127.0.0.1');
  await once(endpoint, 'listening');
  const uri = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}`;
  const another = brokerProcess(await freePort(), { DATABASE_URL: cluster.workers[0]?.url ?? '' });
  try {
    await another.start();
    const passes = await runConformance(another.url);
    let wrong = 0;
    for (const tenant of TENANTS) {
      for (const [here, there] of [[broker.url, another.url] as const, [another.url, broker.url] as const]) {
        wrong += await differs(here, there, tenant, `${uri}/${tenant}/${here === broker.url}`);
      }
    }
    await until(() => notified.size === 2 * TENANTS.length, 'all subscriptions have notified', WITHIN_S);
    say(`  a broker with the URL of a worker and one with that of the coordinator, ${TENANTS.length} tenants:`);
    say(
      `  ${wrong} values differed; ${notified.size} of ${2 * TENANTS.length} subscriptions notified of a write at the other`,
    );
    return passes && wrong === 0;
  } finally {
    await another.stop();
    endpoint.close();
  }
}

/** Creates and subscribes at one broker, writes at the other, and reads at the first. @returns 1: it read another value */
async function differs(here: string, there: string, tenant: string, uri: string): Promise<number> {
  const n = here < there ? 0 : 1;
  await expected(here, 201, tenant, 'POST', '/entities', counter(n));
  const subscription = {
    type: 'Subscription',
    entities: [{ id: counterId(n), type: 'Counter' }],
    watchedAttributes: ['n'],
    notification: { endpoint: { uri } },
  };
  await expected(here, 201, tenant, 'POST', '/subscriptions', subscription);
  await expected(there, 204, tenant, 'PATCH', `/entities/${counterId(n)}/attrs/n`, { type: 'Property', value: 7 });
  const read = await expected(here, 200, tenant, 'GET', `/entities/${counterId(n)}`);
  return (JSON.parse(read) as { n: { value: number } }).n.value === 7 ? 0 : 1;
}

async function expected(url: string, wanted: number, tenant: string, method: string, path: string, body?: unknown) {
  const { status, text } = await ask(url, tenant, method, path, body);
  if (status !== wanted) throw new Error(`${method} ${path}: got ${status} ${text.slice(0, 300)}, expected ${wanted}`);
  return text;
}
