import { pino } from 'pino';
import type { Database } from '../../src/database/database.ts';
import { type BrokerOptions, createBroker } from '../../src/main.ts';
import type { DeliverySettings } from '../../src/notifications/settings.ts';

/** Pauses short enough for a test. */
export const QUICK: Partial<DeliverySettings> = {
  firstPauseMs: 50,
  longestPauseMs: 200,
  sweepMs: 200,
  graceMs: 300,
};

export interface NotifyingOptions {
  readonly instance?: string;
  readonly delivery?: Partial<DeliverySettings>;
  readonly outgoing?: Exclude<BrokerOptions['outgoing'], undefined>;
}

type Body = Record<string, unknown>;

/** A broker with functions for tests of subscriptions, each over HTTP. */
export async function startNotifyingBroker(db: Database, options: NotifyingOptions = {}) {
  const broker = await createBroker({
    db,
    publicUrl: 'http://localhost:1026',
    offline: true,
    logger: pino({ level: process.env.LOG_LEVEL ?? 'silent' }),
    // Tests share a database, and must not send each other's notifications.
    instance: options.instance ?? `test-${Math.random()}`,
    delivery: options.delivery ?? QUICK,
    ...(options.outgoing && { outgoing: options.outgoing }),
  });

  async function ask(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', tenant: string, path: string, body?: Body | Body[]) {
    const response = await broker.app.inject({
      method,
      url: `/ngsi-ld/v1${path}`,
      headers: { 'ngsild-tenant': tenant, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { payload: body }),
    });
    if (response.statusCode >= 400) throw new Error(`${method} ${path}: ${response.statusCode} ${response.body}`);
    return response;
  }

  return {
    app: broker.app,
    create: (tenant: string, entity: Body) => ask('POST', tenant, '/entities', entity),
    merge: (tenant: string, id: string, fragment: Body) => ask('PATCH', tenant, `/entities/${id}`, fragment),
    /** @param name `create`, `update`, `merge`… */
    batch: (tenant: string, name: string, entities: Body[]) =>
      ask('POST', tenant, `/entityOperations/${name}`, entities),
    remove: (tenant: string, id: string) => ask('DELETE', tenant, `/entities/${id}`),
    /** @param query e.g. `?deleteAll=true` */
    removeAttribute: (tenant: string, id: string, name: string, query = '') =>
      ask('DELETE', tenant, `/entities/${id}/attrs/${name}${query}`),
    /** Returns the id. */
    async subscribe(tenant: string, subscription: Body): Promise<string> {
      const response = await ask('POST', tenant, '/subscriptions', { type: 'Subscription', ...subscription });
      return decodeURIComponent(String(response.headers.location).slice('/ngsi-ld/v1/subscriptions/'.length));
    },
    async retrieve(tenant: string, id: string) {
      return (await ask('GET', tenant, `/subscriptions/${id}`)).json();
    },
    revise: (tenant: string, id: string, fragment: Body) => ask('PATCH', tenant, `/subscriptions/${id}`, fragment),
    unsubscribe: (tenant: string, id: string) => ask('DELETE', tenant, `/subscriptions/${id}`),
    close: () => broker.close(),
  };
}

export type NotifyingBroker = Awaited<ReturnType<typeof startNotifyingBroker>>;
