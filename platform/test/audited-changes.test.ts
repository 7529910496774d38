import assert from 'node:assert/strict';
import { test } from 'node:test';
import { operationsIn } from './support/access/access-model.ts';
import { startGuardedPlatform } from './support/guarded-platform.ts';

/*
 * Every route under `/ops` and of the services that changes what is configured declares in its configuration how the
 * audit reads the values before and after. A new route that writes declares it too, or needs a row here.
 */

/** What is not recorded with its values, by the reason. `*` stands for any end of the path. */
const WITHOUT_VALUES: { readonly [reason: string]: readonly string[] } = {
  'its entry is written in the transaction of the change, with the whole document': [
    'POST /ops/access/policies',
    'PUT,DELETE /ops/access/policies/{id}',
    'POST /ops/access/keys',
    'PUT,DELETE /ops/access/keys/{id}',
    'PUT,DELETE /ops/access/limits/{id}',
    'POST /ops/access/revocations',
    'POST /ops/access/me/keys',
    'DELETE /ops/access/me/keys/{id}',
    'POST /ops/access/me/keys/{id}/rotate',
  ],
  'it writes the entries of services': ['POST /ops/audit'],
  'it changes nothing': [
    'POST /ops/validate',
    'POST /iot/sources/preview',
    'POST /iot/registry/preview',
    'POST /procedures/check',
    'POST /rules/check',
    'POST /rules/backtest',
    'POST /rules/replay',
    'POST /packs/archives',
    'POST /packs/make',
    'POST /packs/fetch',
    'POST /packs/{id}/plan',
    'POST /ops/leaving/comparison',
    'POST /rules/{id}/backtest',
    'POST /opendata/preview',
    'POST /publishing/preview',
    'POST /lighting/simulations',
    'POST /waste/simulations',
    'POST /decisions/simulations',
    'POST /decisions/explanations',
    'POST /decisions/models/check',
    'POST /decisions/reach',
    'POST /decisions/reach/people',
    'POST /ops/collectivities/boundaries',
    'POST /territory/*',
    'POST /reports/persons/export',
  ],
  'it starts, repeats or ends work': [
    'POST /ops/jobs/{name}/run',
    'POST /ops/history/retention/runs',
    'DELETE /ops/history/retention/runs/current',
    'POST /ops/notifications/dead-letters/replay',
    'POST /ops/identity/directories/{name}/sync',
    'POST /iot/sources/{id}/run',
    'POST /iot/sources/{id}/files',
    'POST /iot/quarantine/{id}/replay',
    'POST /dashboards/reports/{id}/send',
    'POST /decisions/indicators/computation',
    'POST /channels/{id}/test',
    'POST /channels/messages/{id}/retry',
    'POST /opendata/datasets/{id}/refresh',
    'POST /opendata/exports',
    'POST /data/exports/{dataset}/{format}',
  ],
  'its action tells the change': [
    'POST /opendata/datasets/{id}/publish',
    'POST /opendata/datasets/{id}/withdraw',
    'PUT,DELETE /publishing/items/{id}/declined/{commune}',
    'DELETE /ops/identity/users/{id}/totp',
    'DELETE /ops/identity/users/{id}/passkeys',
    'DELETE /ops/identity/users/{id}/sessions',
    'POST /ops/tenants/{name}/empty',
    'POST /ops/leaving/archive',
    'DELETE /ops/leaving/tenants/{tenant}',
  ],
  'it creates or replaces a secret': [
    'POST /ops/identity/keys/rotate',
    'POST /ops/identity/clients/{id}/secret',
    'POST /ops/identity/users/{id}/reset-link',
    'POST /ops/identity/own/people/{id}/link',
    'POST,DELETE /dashboards/{id}/link',
    'POST,DELETE /decisions/scenarios/{id}/link',
    'POST /publishing/items/{id}/keepers',
    'DELETE /publishing/items/{id}/keepers/{link}',
  ],
  'it takes a list, and its entry counts the lines at most': [
    'POST /ops/identity/users/import',
    'POST /iot/registry/devices/csv',
    'POST /iot/registry/devices/qr',
    'POST /lighting/park/import',
    'POST /publishing/imports',
    'POST /procedures/demarches',
    'POST /procedures/transfer',
  ],
  'clients of other products provision their devices with it': [
    'POST /iot/op/delete',
    'POST,PUT,DELETE /iot/services',
    'POST,PUT,DELETE /iot/groups',
    'POST /iot/devices',
    'PUT,DELETE /iot/devices/{id}',
  ],
  'it writes data of the daily work': [
    'PATCH /iot/ngsi-ld/v1/entities/{id}/attrs',
    'PATCH /iot/ngsi-ld/v1/entities/{id}/attrs/{command}',
    'POST /iot/commands',
    'DELETE /iot/commands/{id}',
    'POST /iot/sources/{id}/override',
    'POST /alarms',
    'PUT /alarms/handover/shift',
    'POST /alarms/handover/notes',
    'DELETE /alarms/handover/notes/{id}',
    'POST /alarms/acts',
    'POST /alarms/{id}/acts',
    'POST /work-orders',
    'POST /work-orders/{id}/acts',
    'POST /lighting/scenarios',
    'DELETE /lighting/scenarios/{id}',
    'POST /waste/rounds',
    'POST /reports',
    'POST /reports/acts',
    'POST /reports/{id}/acts',
    'POST /reports/{id}/block',
    'POST /reports/{id}/work-order',
    'DELETE /reports/blocks/{id}',
    'POST /reports/persons/erase',
    'POST /publishing/items/{id}/proposals/{proposal}/accept',
    'POST /publishing/items/{id}/proposals/{proposal}/refuse',
    'POST /assistant/*',
    'POST /insights/outputs/{id}/feedback',
    'POST /publishing/pictures',
    'POST /files',
    'DELETE /files/{id}',
  ],
  'each user does it for themselves': [
    'POST /channels/push/subscriptions',
    'DELETE /channels/push/subscriptions/{id}',
    'PUT,DELETE /dashboards/views/{id}',
    'POST /oidc/*',
    'POST,DELETE /mcp',
  ],
  'it is for citizens, drivers, devices or the product itself': [
    'POST,PUT,DELETE /citizen/v1/*',
    'POST /open311/v2/*',
    'POST /waste/drive/{secret}/acts',
    'POST /developers',
    'POST /reports/notifications',
    'POST /rules/notify/{scope}',
    'POST /lighting/notifications',
    'POST /iot/notify',
    'POST /iot/notify/*',
    'POST /iot/d',
    'POST /iot/d/*',
    'POST /iot/json',
    'POST /iot/json/*',
    'POST /iot/lns',
    'POST /iot/lns/*',
    'POST,PUT,PATCH,DELETE /iot/talq/{source}/*',
  ],
};

test('each change of a service has one entry, its own or that of its request', async (t) => {
  const { app, authorizationOf } = await startGuardedPlatform(t);
  const headers = { authorization: await authorizationOf('ann', 'administrator') };
  const send = (method: 'PUT' | 'DELETE' | 'POST', url: string, payload?: object) =>
    app.inject({ method, url, headers, ...(payload && { payload }) });
  const group = { title: 'Night', members: [] };
  const answers = [
    await send('PUT', '/channels/groups/night', group),
    await send('PUT', '/channels/groups/night', { ...group, members: 3 }),
    await send('DELETE', '/dashboards/questions/none'),
    await app.inject({ method: 'POST', url: '/iot/d?k=none&i=1&d=t%7C1' }),
    await app.inject({ method: 'PUT', url: '/channels/groups/night', payload: group }),
  ];
  const { entries } = (await app.inject({ url: '/ops/audit', headers })).json() as {
    readonly entries: readonly { action: string; object: string; outcome: string }[];
  };
  assert.deepEqual(
    entries.map(({ action, object, outcome }) => ({ action, object, outcome })),
    [
      { action: 'DELETE', object: '/dashboards/questions/none', outcome: 'failed' },
      { action: 'PUT', object: '/channels/groups/night', outcome: 'failed' },
      { action: 'group.save', object: 'night', outcome: 'done' },
    ],
    JSON.stringify(answers.map(({ statusCode, body }) => [statusCode, body])),
  );
});

test('every route that changes what is configured is recorded with its values, or has a reason', async (t) => {
  const { app } = await startGuardedPlatform(t);
  const { paths } = (await app.inject({ url: '/openapi' })).json() as {
    readonly paths: Record<string, Record<string, { readonly 'x-audited'?: 'route' | 'above' | 'body' }>>;
  };
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => ({
      operation: `${method.toUpperCase()} ${path}`,
      method,
      path,
      values: described['x-audited'],
    })),
  );

  const rows = operationsIn(Object.values(WITHOUT_VALUES).flat());
  const isIn = (row: string, operation: string) =>
    row.endsWith('*') ? operation.startsWith(row.slice(0, -1)) : operation === row;
  // The operations of the standard write data; `broker/test/access/operations.test.ts` tests those of subscriptions.
  const writing = operations.filter(({ method, path }) => method !== 'get' && !path.startsWith('/ngsi-ld/'));
  const [recorded, others] = [true, false].map((isRecorded) =>
    writing.filter(({ values }) => (values !== undefined) === isRecorded).map(({ operation }) => operation),
  ) as [string[], string[]];
  assert.ok(recorded.length > 80, `${recorded.length} are recorded`);
  assert.deepEqual(
    others.filter((operation) => !rows.some((row) => isIn(row, operation))),
    [],
    'without values and without a reason',
  );
  assert.deepEqual(
    rows.filter((row) => !others.some((operation) => isIn(row, operation))),
    [],
    'rows of no operation, or of one that is recorded',
  );

  for (const { operation, method, path, values } of operations) {
    if (values === undefined) continue;
    if (values === 'body') assert.ok(['post', 'put'].includes(method), operation);
    else {
      const isRead = values === 'route' ? path : path.slice(0, path.lastIndexOf('/'));
      assert.ok(paths[isRead]?.get, `${operation}: GET ${isRead} would be read`);
    }
  }
});
