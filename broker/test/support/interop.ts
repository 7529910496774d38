import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { InjectOptions } from 'light-my-request';
import { createBroker } from '../../src/main.ts';
import { freshTenant, testDatabases } from './index.ts';

export const TERRITORY = 'http://localhost:1026/contexts/territory/v1.jsonld';
export const STREETLIGHT = 'https://smartdatamodels.org/dataModel.Streetlighting/Streetlight';
export const LINK = `<${TERRITORY}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"`;

/** A broker with a tenant whose interoperability a test sets. */
export async function startInterop(t: TestContext) {
  const [database] = testDatabases();
  assert.ok(database);
  const db = await database.open();
  const publicUrl = 'http://localhost:1026';
  const broker = await createBroker({ db, publicUrl, offline: true, instance: `test-${Math.random()}` });
  t.after(() => broker.close());
  const tenant = freshTenant();
  const ask = (method: InjectOptions['method'], path: string, body?: unknown, headers: Record<string, string> = {}) =>
    broker.app.inject({
      method: method ?? 'GET',
      url: path.startsWith('/ops') || path.startsWith('/v') ? path : `/ngsi-ld/v1${path}`,
      headers: {
        'ngsild-tenant': tenant,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { payload: JSON.stringify(body) }),
    });
  return { ask, tenant };
}

export const warningsOf = (response: { headers: Record<string, unknown> }) =>
  [response.headers['ngsild-warning'] ?? []].flat();
