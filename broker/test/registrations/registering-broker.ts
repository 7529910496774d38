import type { TestContext } from 'node:test';
import { pino } from 'pino';
import type { Database } from '../../src/database/database.ts';
import { createBroker } from '../../src/main.ts';
import { QUICK } from '../subscriptions/notifying-broker.ts';
import { freshTenant } from '../support/index.ts';
import { injectRequest } from '../support/inject-request.ts';

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** A broker, called over HTTP in the tenant of the test unless headers say otherwise. */
export async function startRegisteringBroker(t: TestContext, db: Database, instance = `test-${Math.random()}`) {
  const tenant = freshTenant();
  const broker = await createBroker({
    db,
    publicUrl: 'http://localhost:1026',
    offline: true,
    logger: pino({ level: process.env.LOG_LEVEL ?? 'silent' }),
    instance,
    delivery: QUICK,
  });
  t.after(() => broker.close());
  const ask = (method: Method, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    injectRequest(broker, tenant, method, path, body, headers);
  return {
    tenant,
    app: broker.app,
    ask,
    /** Registers with defaults for mandatory members; fails unless it is accepted. */
    async register(registration: Record<string, unknown>): Promise<string> {
      const response = await ask('POST', '/csourceRegistrations', registrationOf(registration));
      if (response.statusCode !== 201) throw new Error(`${response.statusCode} ${response.body}`);
      return decodeURIComponent(String(response.headers.location).split('/').at(-1) ?? '');
    },
    /** The ids of the registrations that match a query. */
    async find(query: string): Promise<string[]> {
      const response = await ask('GET', `/csourceRegistrations?${query}`);
      if (response.statusCode !== 200) throw new Error(`${response.statusCode} ${response.body}`);
      return response.json().map(({ id }: { id: string }) => id);
    },
  };
}

export type RegisteringBroker = Awaited<ReturnType<typeof startRegisteringBroker>>;

/** A registration of buildings, with these members replaced. */
export function registrationOf(members: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    type: 'ContextSourceRegistration',
    endpoint: 'http://127.0.0.1:9',
    information: [{ entities: [{ type: 'Building' }] }],
    ...members,
  };
}
