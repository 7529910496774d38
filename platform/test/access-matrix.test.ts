import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FastifyInstance, InjectOptions } from 'fastify';
import {
  isAllowed,
  needsByOperation,
  ORGANISATIONS,
  policiesOf,
  ROLES,
  rightsIn,
} from './support/access/access-model.ts';
import { startGuardedPlatform } from './support/guarded-platform.ts';
import { ownDatabase } from './support/own-database.ts';

/*
 * Access to every operation of the product, read from the routes themselves, × nine roles × the own and another tenant.
 * The required right of each route is written a second time in `support/access`: a route without a row fails.
 * The matrix for entities within a tenant is `broker/test/access/matrix.test.ts`.
 */

const TENANT = 'matrix';
const BODIES: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

test('every operation allows the intended roles, in their own tenant and in another', async (t) => {
  const { TEST_DATABASE_URL } = process.env;
  const database = TEST_DATABASE_URL === undefined ? undefined : await ownDatabase(TEST_DATABASE_URL, 'matrix');
  const { app, authorizationOf } = await startGuardedPlatform(t, database && { DATABASE_URL: database.url });
  t.after(() => database?.drop()); // after the end of the platform

  const { paths } = (await app.inject({ url: '/openapi' })).json();
  const there = Object.entries(paths as Record<string, object>).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const untold = Object.entries(paths as Record<string, Record<string, { summary?: string }>>).flatMap(
    ([path, operations]) =>
      Object.entries(operations).flatMap(([method, { summary }]) =>
        summary ? [] : [`${method.toUpperCase()} ${path}`],
      ),
  );
  assert.deepEqual(untold, [], 'operations without a summary');
  const needs = needsByOperation();
  assert.deepEqual(there.filter((operation) => !needs.has(operation)).sort(), [], 'operations without a row');
  assert.deepEqual(
    [...needs.keys()].filter((operation) => !there.includes(operation)).sort(),
    [],
    'rows of no operation',
  );

  const as = async (role: string) => (role === 'anonymous' ? {} : { authorization: await authorizationOf(role, role) });
  const administrator = await as('administrator');
  const put = async (url: string, payload: object) => {
    const answer = await app.inject({ method: 'PUT', url, headers: administrator, payload });
    assert.ok(answer.statusCode < 300, answer.body);
  };
  for (const { role, policy } of policiesOf(TENANT)) await put(`/ops/access/policies/${role}`, policy);

  let asked = 0;
  for (const role of Object.keys(ROLES)) {
    const headers = await as(role);
    for (const tenant of [TENANT, 'foreign']) {
      const here = rightsIn(tenant, role, TENANT);
      for (const [operation, need] of needs) {
        const isLetIn = isAllowed(need, here, role !== 'anonymous');
        const [method, path] = operation.split(' ') as [InjectOptions['method'], string];
        if (need === 'itself' || (path === '/events' && isLetIn)) continue; // a stream never ends
        const answer = await app.inject({
          method: method as 'GET',
          url: `${path.replaceAll(/\{\w+\}/g, 'urn:x:none')}${path === '/events' ? `?tenant=${tenant}` : ''}`,
          headers: { 'ngsild-tenant': tenant, ...headers },
          ...(BODIES.has(method as string) && { payload: {} }),
        });
        const refusal = role === 'anonymous' ? 401 : 403;
        const what = `${role} of ${tenant}: ${operation} ${answer.statusCode} ${answer.body.slice(0, 200)}`;
        if (isLetIn) assert.ok(![401, 403].includes(answer.statusCode) && answer.statusCode < 502, what);
        else assert.equal(answer.statusCode, refusal, what);
        asked++;
      }
    }
  }
  assert.ok(asked > 2000, `${asked} were asked`);
  await seesItsOwnWorkOrdersAlone(app, administrator, await as('contractor'));
  const inside = 'http://127.0.0.1:9/';
  const entities = [{ type: 'Lamp' }];
  for (const [path, body] of [
    ['subscriptions', { type: 'Subscription', entities, notification: { endpoint: { uri: inside } } }],
    ['subscriptions', { type: 'Subscription', entities, notification: { endpoint: { uri: 'mqtt://10.0.0.1/x' } } }],
    ['csourceRegistrations', { type: 'ContextSourceRegistration', information: [{ entities }], endpoint: inside }],
    ['entities', { id: 'urn:x:1', type: 'Lamp', '@context': inside }],
  ] as const) {
    const type = '@context' in body ? 'application/ld+json' : 'application/json';
    const headers = { ...administrator, 'content-type': type };
    const url = `/ngsi-ld/v1/${path}`;
    const answer = await app.inject({ method: 'POST', url, headers, payload: JSON.stringify(body) });
    assert.ok(answer.statusCode >= 400 && answer.statusCode !== 500, answer.body);
    assert.match(answer.body, /not a public address/, path);
  }
  for (const url of [
    '/oidc/verify/%00',
    '/oidc/auth?client_id=%00',
    '/ops/identity/users/%00',
    '/ops/audit?actor=%00',
  ]) {
    const { statusCode, body } = await app.inject({ url, headers: administrator });
    assert.equal(statusCode, 400, `${url} ${body}`);
    assert.match(body, /U\+0000/);
  }
});

/** In every query, a contractor sees only the work orders of its organisation. */
async function seesItsOwnWorkOrdersAlone(
  app: FastifyInstance,
  administrator: { readonly authorization?: string },
  contractor: { readonly authorization?: string },
): Promise<void> {
  const ask = async (method: 'GET' | 'POST', url: string, as: object, payload?: object) => {
    const headers = { 'ngsild-tenant': TENANT, ...as };
    const answer = await app.inject({ method, url, headers, ...(payload && { payload }) });
    return { status: answer.statusCode, text: answer.body };
  };
  const [own, others] = ['urn:ngsi-ld:WorkOrder:own', 'urn:ngsi-ld:WorkOrder:others'];
  for (const [id, organisation] of [
    [own, ORGANISATIONS.contractor],
    [others, 'Prestataire_B'],
  ]) {
    const { status, text } = await ask('POST', '/work-orders', administrator, { id, name: 'Lampe', organisation });
    assert.equal(status, 201, text);
  }
  await ask('POST', '/ngsi-ld/v1/entities', administrator, {
    id: 'urn:ngsi-ld:Streetlight:theirs',
    type: 'Streetlight',
  });
  const alarm = { severity: 'high', category: 'lighting', text: 'theirs', about: ['urn:ngsi-ld:Streetlight:theirs'] };
  assert.equal((await ask('POST', '/alarms', administrator, alarm)).status, 201);
  const asked = ['/work-orders', '/alarms', '/ngsi-ld/v1/entities?type=Streetlight,WorkOrder,Alert', '/rules'];
  for (const url of asked) {
    const { text } = await ask('GET', url, contractor);
    assert.ok(!/others|theirs/.test(text), `${url}: ${text}`);
  }
  assert.equal(JSON.parse((await ask('GET', '/work-orders', contractor)).text).workOrders.length, 1);
  for (const path of ['/work-orders', '/ngsi-ld/v1/entities']) {
    assert.equal((await ask('GET', `${path}/${others}`, contractor)).status, 404, path);
  }
  assert.equal((await ask('GET', `/work-orders/${own}`, contractor)).status, 200);
}
