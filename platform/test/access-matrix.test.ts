import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InjectOptions } from 'fastify';
import { startGuardedPlatform } from './support/guarded-platform.ts';
import { ownDatabase } from './support/own-database.ts';

/*
 * Who is let in where: every operation of the product, taken from the routes themselves, × eight roles × one's own tenant
 * and another's. What a route asks for is written here a second time: a route without a row fails. What one then reads
 * and writes of a tenant's entities is held to its own matrix, `broker/test/access/matrix.test.ts`.
 */

type Need = 'nobody' | 'itself' | 'user' | 'delegate' | 'read' | 'write' | 'subscribe' | 'administer' | 'administerAll';

/**
 * `nobody`: open to all; `itself`: it looks by its own means, at forms, cookies or devices' keys; `user`: whoever is signed
 * in; `delegate`: whom a policy lets make keys, whatever the tenant.
 */
const ROUTES: { readonly [need in Need]: readonly string[] } = {
  nobody: [
    'GET /rules/schema',
    'POST /ngsi-ld/ex/remote-notify',
    'GET /openapi',
    'GET /ops/access/me',
    'GET /ngsi-ld/v1/info/sourceIdentity',
    'GET /ngsi-ld/v1/jsonldContexts',
    'GET /ngsi-ld/v1/jsonldContexts/{id}',
    'GET /live',
    'GET /ready',
    'GET /territory',
    'GET /public/lighting',
    'GET /public/lighting/streets',
    'GET /public/lighting/tonight',
  ],
  user: ['GET /ops/access/me/keys', 'DELETE /ops/access/me/keys/{id}'],
  delegate: ['POST /ops/access/me/keys', 'POST /ops/access/me/keys/{id}/rotate'],
  administerAll: [
    'PATCH /iot/ngsi-ld/v1/entities/{id}/attrs',
    'PATCH /iot/ngsi-ld/v1/entities/{id}/attrs/{command}',
    'GET /iot/version',
    'PUT,DELETE /ops/tenants/{name}/quotas',
    'POST,GET /iot/sources',
    'GET,PUT,DELETE /iot/sources/{id}',
    'GET /iot/sources/{id}/runs',
    'POST /iot/sources/preview',
    'POST /iot/sources/{id}/files',
    'POST /iot/sources/{id}/run',
    'POST /iot/sources/{id}/override',
    'GET /iot/sources/{id}/gateway',
    'GET,POST /ops/access/policies',
    'GET,PUT,DELETE /ops/access/policies/{id}',
    'GET,POST /ops/access/keys',
    'GET,PUT,DELETE /ops/access/keys/{id}',
    'POST /ops/access/revocations',
    'GET /ops/access/limits',
    'PUT,DELETE /ops/access/limits/{id}',
    'GET /ops/access/usage',
    'GET /ops/access/explain',
    'GET /ops/jobs',
    'GET /ops/jobs/{name}',
    'POST /ops/jobs/{name}/run',
    'GET,POST /ops/audit',
    'GET /ops/audit/export',
    'GET /ops/audit/verify',
    'GET /ops/notifications/endpoints',
    'GET,POST /ops/indexes',
    'DELETE /ops/indexes/{name}',
    'GET,POST /ops/tenants',
    'GET,DELETE /ops/tenants/{name}',
    'POST /ops/tenants/{name}/empty',
    'GET /ops/history',
    'GET,PUT,DELETE /ops/history/retention',
    'POST,GET /ops/history/retention/runs',
    'DELETE /ops/history/retention/runs/current',
    'GET,POST /ops/identity/users',
    'GET,PATCH,DELETE /ops/identity/users/{id}',
    'GET /ops/identity/users/{id}/export',
    'DELETE /ops/identity/users/{id}/sessions',
    'POST /ops/identity/users/{id}/reset-link',
    'DELETE /ops/identity/users/{id}/totp',
    'DELETE /ops/identity/users/{id}/passkeys',
    'GET /ops/identity/organisations',
    'PUT,DELETE /ops/identity/organisations/{id}',
    'GET /ops/identity/groups',
    'PUT,DELETE /ops/identity/groups/{id}',
    'GET /ops/identity/roles',
    'PUT,DELETE /ops/identity/roles/{id}',
    'GET /ops/identity/clients',
    'PUT,DELETE /ops/identity/clients/{id}',
    'POST /ops/identity/clients/{id}/secret',
    'GET /ops/identity/providers',
    'PUT,DELETE /ops/identity/providers/{name}',
    'GET /ops/identity/directories',
    'PUT,DELETE /ops/identity/directories/{name}',
    'POST /ops/identity/directories/{name}/sync',
    'POST /ops/identity/keys/rotate',
    'GET /ops/identity/events',
    'GET,PATCH /ops/identity/retention',
    'GET /ops/identity/processing',
    'PUT,DELETE /ops/identity/processing/{id}',
    'POST /ops/identity/users/import',
    'POST /iot/op/delete',
    'POST,GET /iot/commands',
    'GET,DELETE /iot/commands/{id}',
    'GET /iot/registry/mqtt-credentials',
    'PUT,DELETE /iot/registry/mqtt-credentials/{username}',
    'GET,POST /iot/registry/profiles',
    'GET,PUT,DELETE /iot/registry/profiles/{id}',
    'GET,POST /iot/registry/devices',
    'GET,PUT,DELETE /iot/registry/devices/{devEui}',
    'GET /iot/registry/connections',
    'PUT,DELETE /iot/registry/connections/{id}',
    'POST /iot/registry/devices/csv',
    'POST /iot/registry/devices/qr',
    'POST /iot/registry/preview',
    'GET /iot/about',
    'GET /metrics',
    'GET /iot/pending',
    'GET /iot/quarantine',
    'POST /iot/quarantine/{id}/replay',
  ],
  administer: [
    'POST /rules',
    'PUT,DELETE /rules/{id}',
    'POST /rules/maintenance',
    'DELETE /rules/maintenance/{id}',
    'POST /lighting/assignments',
    'PUT /lighting/settings',
    'GET /alarms/escalations',
    'PUT,DELETE /alarms/escalations/{id}',
    'PUT /alarms/service-levels',
    'GET /channels',
    'GET /channels/providers',
    'PUT,DELETE /channels/{id}',
    'POST /channels/{id}/test',
    'GET /channels/recipients',
    'PUT,DELETE /channels/recipients/{id}',
    'GET /channels/groups',
    'PUT,DELETE /channels/groups/{id}',
    'GET /channels/rosters',
    'PUT,DELETE /channels/rosters/{id}',
    'GET /channels/rosters/{id}/turns',
    'GET /channels/messages',
    'GET /channels/messages/{id}',
    'POST /channels/messages/{id}/retry',
    'POST /lighting/plans/{id}/approve',
    'POST /lighting/plans/{id}/reject',
    'POST,DELETE /ngsi-ld/v1/snapshots',
    'PATCH,DELETE /ngsi-ld/v1/snapshots/{id}',
    'POST /ngsi-ld/v1/snapshots/{id}/clone',
    'GET /ops/notifications/sources',
    'GET,POST /ops/models',
    'GET,DELETE /ops/models/{iri}',
    'GET,PUT,DELETE /ops/validation',
    'POST /ops/validate',
    'GET,POST /ngsi-ld/v1/entityMaps',
    'GET,POST /ngsi-ld/v1/temporal/entityMaps',
    'GET,PATCH,DELETE /ngsi-ld/v1/entityMaps/{id}',
    'POST,GET /ngsi-ld/v1/csourceSubscriptions',
    'GET,PATCH,DELETE /ngsi-ld/v1/csourceSubscriptions/{id}',
    'POST,GET /ngsi-ld/v1/csourceRegistrations',
    'GET,PATCH,DELETE /ngsi-ld/v1/csourceRegistrations/{id}',
    'GET /ops/notifications/subscriptions',
    'GET /ops/notifications/subscriptions/{id}',
    'GET,DELETE /ops/notifications/dead-letters',
    'POST /ops/notifications/dead-letters/replay',
    'DELETE /ops/notifications/dead-letters/{id}',
    'DELETE /ngsi-ld/v1/jsonldContexts/{id}',
    'POST,GET,PUT,DELETE /iot/services',
    'POST,GET,PUT,DELETE /iot/groups',
    'POST,GET /iot/devices',
    'GET,PUT,DELETE /iot/devices/{id}',
  ],
  write: [
    'POST /lighting/scenarios',
    'DELETE /lighting/scenarios/{id}',
    'PUT /lighting/strategies/{id}',
    'POST /lighting/park/import',
    'POST /alarms',
    'POST /alarms/acts',
    'POST /work-orders',
    'POST /alarms/{id}/acts',
    'POST /work-orders/{id}/acts',
    'POST /lighting/plans',
    'POST /lighting/plans/{id}/cancel',
    'POST /lighting/overrides',
    'DELETE /lighting/overrides/{id}',
    'POST,DELETE,PUT,PATCH /ngsi-ld/v1/entities',
    'DELETE,PUT,PATCH /ngsi-ld/v1/entities/{id}',
    'POST,PATCH /ngsi-ld/v1/entities/{id}/attrs',
    'PATCH,PUT,DELETE /ngsi-ld/v1/entities/{id}/attrs/{attr}',
    'POST /ngsi-ld/v1/entityOperations/create',
    'POST /ngsi-ld/v1/entityOperations/upsert',
    'POST /ngsi-ld/v1/entityOperations/update',
    'POST /ngsi-ld/v1/entityOperations/merge',
    'POST /ngsi-ld/v1/entityOperations/delete',
    'POST /ngsi-ld/v1/temporal/entities',
    'DELETE /ngsi-ld/v1/temporal/entities/{id}',
    'POST /ngsi-ld/v1/temporal/entities/{id}/attrs',
    'DELETE /ngsi-ld/v1/temporal/entities/{id}/attrs/{attr}',
    'PATCH,DELETE /ngsi-ld/v1/temporal/entities/{id}/attrs/{attr}/{instanceId}',
    'POST /ngsi-ld/v1/jsonldContexts',
  ],
  read: [
    'GET /rules',
    'GET /rules/{id}',
    'GET /rules/{id}/versions',
    'POST /rules/check',
    'POST /rules/backtest',
    'POST /rules/{id}/backtest',
    'GET /rules/{id}/explain',
    'GET /rules/explain',
    'GET /rules/maintenance',
    'POST /lighting/simulations',
    'GET /lighting/scenarios',
    'GET /lighting/scenarios/{id}',
    'GET /lighting/scenarios/{id}/pdf',
    'GET /lighting/strategies',
    'GET /lighting/strategies/{id}',
    'GET /lighting/strategies/{id}/nights',
    'GET /lighting/assignments',
    'GET /lighting/plans',
    'GET /lighting/plans/{id}',
    'GET /lighting/overrides',
    'GET /lighting/overrides/{id}',
    'GET /lighting/savings',
    'GET /lighting/nights',
    'GET /lighting/lamps/{id}/nights',
    'GET /lighting/anomalies',
    'GET /lighting/cockpit',
    'GET /lighting/levels',
    'GET /lighting/settings',
    'GET /lighting/park/export',
    'GET /lighting/park/quality',
    'GET /alarms',
    'GET /alarms/counts',
    'GET /work-orders',
    'GET /alarms/{id}',
    'GET /alarms/service-levels',
    'GET /work-orders/{id}',
    'GET /ngsi-ld/v1/snapshots/{id}',
    'GET /ngsi-ld/v1/entities',
    'GET /ngsi-ld/v1/entities/{id}',
    'POST /ngsi-ld/v1/entityOperations/query',
    'GET /ngsi-ld/v1/temporal/entities',
    'GET /ngsi-ld/v1/temporal/entities/{id}',
    'POST /ngsi-ld/v1/temporal/entityOperations/query',
    'GET /events',
    'GET /ngsi-ld/v1/types',
    'GET /ngsi-ld/v1/types/{type}',
    'GET /ngsi-ld/v1/attributes',
    'GET /ngsi-ld/v1/attributes/{attr}',
  ],
  subscribe: [
    'POST,GET /ngsi-ld/v1/subscriptions',
    'GET,PATCH,DELETE /ngsi-ld/v1/subscriptions/{id}',
    'GET /channels/push/key',
    'GET,POST /channels/push/subscriptions',
    'DELETE /channels/push/subscriptions/{id}',
  ],
  itself: [
    'POST /rules/notify/{scope}',
    'POST /lighting/notifications',
    'POST /iot/notify',
    'POST /iot/notify/configuration',
    'POST /iot/json/configuration/commands',
    'POST /iot/d/configuration/commands',
    'GET /oidc/sign-in',
    'GET /oidc/assets/pages.css',
    'GET /oidc/assets/submit.js',
    'GET /oidc/assets/passkey.js',
    'GET /oidc/assets/password.js',
    'GET /oidc/assets/figtree.woff2',
    'GET /oidc/assets/bricolage-grotesque.woff2',
    'GET /oidc/language/{code}',
    'GET /oidc/interaction/{uid}',
    'POST /oidc/interaction/{uid}/password',
    'POST /oidc/interaction/{uid}/code',
    'POST /oidc/interaction/{uid}/enrol',
    'POST /oidc/interaction/{uid}/new-password',
    'POST /oidc/interaction/{uid}/passkey/options',
    'POST /oidc/interaction/{uid}/passkey',
    'POST /oidc/interaction/{uid}/consent',
    'POST /oidc/interaction/{uid}/abort',
    'GET,POST /oidc/reset',
    'GET,POST /oidc/reset/{token}',
    'GET /oidc/verify/{token}',
    'GET /oidc/interaction/{uid}/with/{name}',
    'GET /oidc/with/{name}',
    'GET /oidc/interaction/{uid}/back/{name}',
    'POST /oidc/account/link/{name}',
    'POST /oidc/account/unlink/{name}',
    'GET /oidc/with/{name}/out',
    'POST /oidc/with/{name}/backchannel',
    'GET /oidc/account',
    'GET /oidc/account/again',
    'GET /oidc/account/export',
    'POST /oidc/account/erase',
    'POST /oidc/account/sessions/{id}',
    'POST /oidc/account/verify',
    'POST /oidc/account/password',
    'POST /oidc/account/passkeys/options',
    'POST /oidc/account/passkeys',
    'POST /oidc/account/passkeys/{id}/remove',
    'GET /oidc/privacy',
    'POST /iot/lns',
    'POST /iot/lns/{connection}',
    'POST /iot/talq/{source}/services',
    'POST,PUT /iot/talq/{source}/device-classes',
    'PUT,DELETE /iot/talq/{source}/device-classes/{className}',
    'GET,POST,PUT,PATCH /iot/talq/{source}/devices',
    'GET,PUT,PATCH,DELETE /iot/talq/{source}/devices/{address}',
    'GET /iot/talq/{source}/devices/{address}/{functionId}',
    'GET /iot/talq/{source}/devices/{address}/{functionId}/{attribute}',
    'POST /iot/talq/{source}/log-reports',
    'GET /iot/talq/{source}/logger-configs/{address}',
    'GET /iot/talq/{source}/groups',
    'GET /iot/talq/{source}/groups/{address}',
    'GET /iot/talq/{source}/data-packages',
    'GET /iot/talq/{source}/data-packages/{address}',
    'GET,POST /iot/d',
    'GET,POST /iot/json',
    'POST /iot/json/attrs/{id}',
    'POST /iot/json/commands',
  ],
};

interface May {
  readonly read?: true;
  readonly write?: true;
  readonly administer?: true;
  readonly administerAll?: true;
  readonly delegate?: true;
}

const ROLES: { readonly [role: string]: May } = {
  anonymous: {},
  stranger: {},
  citizen: { read: true },
  agent: { read: true, write: true },
  provider: { write: true, delegate: true },
  manager: { read: true, write: true, administer: true },
  steward: { administer: true },
  administrator: { read: true, write: true, administer: true, administerAll: true },
};

const TENANT = 'matrix';
const BODIES: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

test('every operation lets in whom it is for, of the own tenant and of another', async (t) => {
  const { TEST_DATABASE_URL } = process.env;
  const database = TEST_DATABASE_URL === undefined ? undefined : await ownDatabase(TEST_DATABASE_URL, 'matrix');
  const { app, authorizationOf } = await startGuardedPlatform(t, database && { DATABASE_URL: database.url });
  t.after(() => database?.drop()); // once the platform has ended

  const { paths } = (await app.inject({ url: '/openapi' })).json();
  const there = Object.entries(paths as Record<string, object>).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const needs = new Map<string, Need>();
  for (const [need, rows] of Object.entries(ROUTES) as [Need, readonly string[]][]) {
    for (const [methods = '', path] of rows.map((row) => row.split(' '))) {
      for (const method of methods.split(',')) needs.set(`${method} ${path}`, need);
    }
  }
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
  for (const [role, { administerAll, delegate, ...may }] of Object.entries(ROLES)) {
    const actions = Object.keys(may);
    if (administerAll || actions.length === 0) continue;
    const policy = { who: { roles: [role] }, may: actions, tenants: [TENANT], delegable: delegate ?? false };
    await put(`/ops/access/policies/${role}`, policy);
  }

  let asked = 0;
  for (const [role, may] of Object.entries(ROLES)) {
    const headers = await as(role);
    for (const tenant of [TENANT, 'foreign']) {
      const here = tenant === TENANT || may.administerAll ? may : may.delegate ? { delegate: may.delegate } : {};
      for (const [operation, need] of needs) {
        const isLetIn = isAllowed(need, here, role !== 'anonymous');
        const [method, path] = operation.split(' ') as [InjectOptions['method'], string];
        if (need === 'itself' || (path === '/events' && isLetIn)) continue; // a stream has no end to wait for
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

function isAllowed(need: Need, may: May, isKnown: boolean): boolean {
  if (need === 'nobody' || need === 'itself') return true;
  if (need === 'user') return isKnown;
  if (need === 'subscribe') return isKnown && may.read === true;
  return may[need] === true;
}
