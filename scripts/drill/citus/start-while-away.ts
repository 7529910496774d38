import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../../postgres-server.ts';
import { freePort } from '../../programs.ts';
import { type BrokerProcess, brokerProcess } from '../broker-process.ts';
import type { CitusLab } from './citus-drill.ts';
import { ask } from './tenant-flow.ts';

const NOTIFIED_WITHIN_S = 5;
const SERVED_WITHIN_MS = 60_000;
/** An entity of each tenant that no other part of the drill writes. */
export const WATCHED = { id: 'urn:ngsi-ld:Watched:0', type: 'Watched' };

/** A broker or the product that is started while a node is down. */
export interface Starting {
  /** Resolves when it is ready and has answered for all tenants. */
  readonly started: Promise<void>;
  /** To be called when the node is up again; resolves when its tenants are served. @returns the faults */
  whenBack(): Promise<string[]>;
  stop(): Promise<void>;
}

/**
 * Starts another process. Each tenant has a subscription, which the process must know before it writes.
 *
 * @param own the tenants of the node that is down
 *
 * @param notifications how many notifications the subscription of a tenant has sent
 */
export function startWhileAway(
  { cluster, say }: Pick<CitusLab, 'cluster' | 'say'>,
  own: readonly string[],
  others: readonly string[],
  notifications: (tenant: string) => number,
  { isProduct, settings = {} }: { readonly isProduct: boolean; readonly settings?: Readonly<Record<string, string>> },
): Starting {
  const what = isProduct ? 'product' : 'broker';
  const wrong: string[] = [];
  let one: BrokerProcess | undefined;
  const started = (async () => {
    const since = performance.now();
    one = brokerProcess(await freePort(), { DATABASE_URL: cluster.coordinator.url, ...settings }, { isProduct });
    await one.start();
    say(`  a ${what} that was started meanwhile was ready after ${((performance.now() - since) / 1000).toFixed(1)} s`);
    for (const tenant of others) wrong.push(...(await notificationFaults(one.url, tenant, notifications, what)));
    for (const tenant of own) {
      const response = await fetch(`${one.url}/ngsi-ld/v1/entities/${WATCHED.id}`, {
        headers: { 'ngsild-tenant': tenant },
      });
      await response.body?.cancel();
      if (response.status !== 503 || response.headers.get('retry-after') === null)
        wrong.push(
          `${what}: ${tenant} of the node that is down was answered ${response.status} without 503 and Retry-After`,
        );
    }
  })();
  return {
    started,
    async whenBack() {
      await started;
      const { url } = one as BrokerProcess; // it was started
      const since = performance.now();
      for (const tenant of own) {
        for (;;) {
          const { status } = await ask(url, tenant, 'GET', `/entities/${WATCHED.id}`);
          if (status === 200) break;
          if (performance.now() - since > SERVED_WITHIN_MS)
            throw new Error(`${what}: ${tenant} is still answered ${status}`);
          await pause(50);
        }
        wrong.push(...(await notificationFaults(url, tenant, notifications, what)));
      }
      say(`  the ${what} served the tenants of the worker ${((performance.now() - since) / 1000).toFixed(1)} s later`);
      return wrong;
    },
    async stop() {
      await started.catch(() => {});
      await one?.stop();
    },
  };
}

/** Writes by the process. @returns a fault if there is no notification */
async function notificationFaults(
  url: string,
  tenant: string,
  notifications: (tenant: string) => number,
  what: string,
): Promise<string[]> {
  const before = notifications(tenant);
  const { status } = await ask(url, tenant, 'POST', `/entities/${WATCHED.id}/attrs`, {
    n: { type: 'Property', value: Math.random() },
  });
  if (status !== 204) return [`${what}: ${tenant} was answered ${status} to a write`];
  const isNotified = await until(() => notifications(tenant) > before, `${tenant} is notified`, NOTIFIED_WITHIN_S).then(
    () => true,
    () => false,
  );
  return isNotified ? [] : [`${what}: no notification of a write of ${tenant}`];
}
