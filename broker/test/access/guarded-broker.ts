import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { pino } from 'pino';
import type { Database } from '../../src/database/database.ts';
import { type Broker, type BrokerOptions, createBroker } from '../../src/main.ts';
import { freshTenant } from '../support/index.ts';
import { AUDIENCE, type Issuer } from './issuer.ts';

/** A broker with enforced policies. */
export interface Guarded {
  readonly broker: Broker;
  close(): Promise<void>;
  readonly tenant: string;
  /** A request of an administrator. */
  admin(method: InjectOptions['method'], url: string, body?: unknown): Promise<LightMyRequestResponse>;
  /** A request with these headers; in the test's tenant unless `tenant` is given. */
  ask(
    headers: Headers,
    method: InjectOptions['method'],
    url: string,
    body?: unknown,
    tenant?: string,
  ): Promise<LightMyRequestResponse>;
  /** The headers of a user with these claims in a token of the issuer. */
  as(claims: Record<string, unknown>): Promise<Headers>;
  /** Creates a policy in this test's tenant. */
  policy(policy: Record<string, unknown> & { id: string }): Promise<void>;
  /** Creates an API key. */
  key(key: Record<string, unknown>): Promise<{ id: string; key: string }>;
  /** The same broker with another tenant. */
  forTenant(): Guarded;
}

export type Headers = Record<string, string>;

export async function guarded(
  t: TestContext,
  db: Database,
  issuer: Issuer,
  options: Partial<BrokerOptions> = {},
): Promise<Guarded> {
  const broker = await createBroker({
    db,
    publicUrl: AUDIENCE,
    access: 'enforced',
    issuers: [issuer.url],
    offline: true,
    logger: pino({ level: 'silent' }),
    ...options,
  });
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= broker.close();
    return closing;
  };
  t.after(close);
  const as = async (claims: Record<string, unknown>) => ({ authorization: `Bearer ${await issuer.token(claims)}` });
  const administrator = await as({ sub: 'root', roles: ['administrator'] });
  return guardedTenant(broker, close, as, administrator);
}

function guardedTenant(broker: Broker, close: Guarded['close'], as: Guarded['as'], administrator: Headers): Guarded {
  const tenant = freshTenant();
  const ask: Guarded['ask'] = (headers, method, url, body, of = tenant) =>
    broker.app.inject({
      method: method as 'GET',
      url,
      headers: {
        ...(of !== '' && { 'ngsild-tenant': of }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { payload: JSON.stringify(body) }),
    });
  const admin: Guarded['admin'] = (method, url, body) => ask(administrator, method, url, body);
  return {
    broker,
    close,
    tenant,
    admin,
    ask,
    as,
    async policy({ id, ...policy }) {
      const answer = await admin('PUT', `/ops/access/policies/${tenant}.${id}`, { tenants: [tenant], ...policy });
      assert.equal(answer.statusCode, 201, answer.body);
    },
    async key(key) {
      const answer = await admin('POST', '/ops/access/keys', key);
      assert.equal(answer.statusCode, 201, answer.body);
      return answer.json();
    },
    forTenant: () => guardedTenant(broker, close, as, administrator),
  };
}

/** Creates entities as an administrator. */
export async function given({ admin }: Guarded, ...entities: Record<string, unknown>[]): Promise<void> {
  for (const entity of entities) {
    const answer = await admin('POST', '/ngsi-ld/v1/entities', entity);
    assert.equal(answer.statusCode, 201, answer.body);
  }
}
