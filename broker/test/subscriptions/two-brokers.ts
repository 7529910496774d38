import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';

const PROCESS = new URL('listening-process.ts', import.meta.url).pathname;

type Body = Record<string, unknown>;

/** A broker in its own process, called over HTTP. */
export interface BrokerProcess {
  readonly child: ChildProcess;
  readonly url: string;
  /** @throws Error: an answer of 400 or more, or the process has ended */
  ask(method: string, path: string, body?: Body): Promise<Response>;
  subscribe(subscription: Body): Promise<string>;
  create(entity: Body): Promise<Response>;
  merge(id: string, fragment: Body): Promise<Response>;
  stop(signal: NodeJS.Signals): Promise<void>;
}

/**
 * Starts a broker process on the database; it ends with the test.
 *
 * @param tenant of all its requests
 * @param env additional environment variables
 */
export async function startBroker(
  t: TestContext,
  databaseUrl: string,
  tenant: string,
  env: Record<string, string> = {},
): Promise<BrokerProcess> {
  const child = spawn(process.execPath, [PROCESS, databaseUrl], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  const stop = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  };
  t.after(() => stop('SIGKILL'));
  const lines = createInterface({ input: child.stdout as NonNullable<typeof child.stdout> });
  const [port] = (await Promise.race([
    once(lines, 'line'),
    once(child, 'exit').then(() => Promise.reject(new Error('The broker ended at its start'))),
  ])) as [string];
  const url = `http://127.0.0.1:${port}`;
  async function ask(method: string, path: string, body?: Body): Promise<Response> {
    const response = await fetch(`${url}/ngsi-ld/v1${path}`, {
      method,
      headers: { 'NGSILD-Tenant': tenant, ...(body && { 'Content-Type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response;
  }
  return {
    child,
    url,
    ask,
    async subscribe(subscription) {
      const response = await ask('POST', '/subscriptions', { type: 'Subscription', ...subscription });
      return decodeURIComponent(String(response.headers.get('location')).slice('/ngsi-ld/v1/subscriptions/'.length));
    },
    create: (entity) => ask('POST', '/entities', entity),
    merge: (id, fragment) => ask('PATCH', `/entities/${id}`, fragment),
    stop,
  };
}
