import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '@alzette/kit/testing';
import { LAMP_DATASET } from '../../services/opendata/test/support/open-data-host.ts';
import { startGuardedPlatform } from './support/guarded-platform.ts';

/*
 * Strangers see the tenants of PUBLIC_TENANTS alone: another tenant, whether it exists or not, is answered 404 by every
 * route that requires nothing, and no request of theirs makes one.
 */

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** Routes that require nothing, yet serve every tenant, with the reason. A new route is not among them. */
const EVERY_TENANT: ReadonlyMap<string, string> = new Map([
  ...[
    'GET /openapi',
    'GET /openapi.json',
    'GET /version',
    'GET /ngsi-ld/ex/v1/version',
    'GET /territory',
    // The name of a territory is as public as its map.
    'GET /app/manifest.webmanifest',
    'GET /.well-known/assetlinks.json',
    'GET /.well-known/apple-app-site-association',
    'GET /territory/base-map',
    'GET /ops/hosts/known',
    'GET /rules/schema',
    'GET /packs/schema',
    'GET /public/service-pages',
    'GET /public/status',
    'GET /status',
    'GET /public/compliance',
    'GET /public/compliance/{norm}',
    'GET /compliance',
    'GET /compliance/{norm}',
    'GET /.well-known/oauth-protected-resource',
    'GET /.well-known/oauth-protected-resource/mcp',
    'GET /waste/drive/assets/drive.js',
    'GET /waste/drive/assets/drive.css',
    'GET /waste/drive/worker.js',
  ].map((operation) => [operation, 'its answer has nothing of a tenant'] as const),
  ...[
    'POST /ngsi-ld/ex/remote-notify',
    'POST /reports/notifications',
    'POST /rules/notify/{scope}',
    'POST /lighting/notifications',
    'GET /files/{id}',
    'GET /dashboards/shared/{link}',
    'GET /decisions/shared/{link}',
    'GET /decisions/shared/{link}/pdf',
    'GET /waste/drive/{secret}',
    'GET /waste/drive/{secret}/round',
    'POST /waste/drive/{secret}/acts',
  ].map((operation) => [operation, 'it checks a secret of the request'] as const),
]);

test('a stranger gets 404 for a closed and for an invented tenant, on every route that requires nothing', async (t) => {
  const declared: { readonly operation: string; readonly url: string; readonly method: Method }[] = [];
  const { app, authorizationOf } = await startGuardedPlatform(t, { PUBLIC_TENANTS: '@default, open' });
  const administrator = { authorization: await authorizationOf('root', 'administrator') };
  for (const name of ['closed', 'open']) {
    const made = await app.inject({ method: 'POST', url: '/ops/tenants', headers: administrator, payload: { name } });
    assert.equal(made.statusCode, 201, made.body);
  }
  const { paths } = (await app.inject({ url: '/openapi' })).json() as {
    paths: Record<string, Record<string, { security?: readonly object[] }>>;
  };
  for (const [path, methods] of Object.entries(paths)) {
    for (const name of Object.keys(methods)) {
      const method = name.toUpperCase() as Method;
      declared.push({ operation: `${method} ${path}`, method, url: path.replaceAll(/\{\w+\}/g, 'urn:x:none') });
    }
  }
  const ask = (method: Method, url: string, tenant: string) =>
    app.inject({
      method,
      url,
      headers: { 'ngsild-tenant': tenant },
      ...((method === 'POST' || method === 'PUT') && { payload: {} }),
    });

  let asked = 0;
  for (const { operation, method, url } of declared) {
    if (/^\w+ \/(?:oidc|iot)\//.test(operation) || EVERY_TENANT.has(operation)) continue;
    for (const tenant of ['closed', 'invented']) {
      const { statusCode, body } = await ask(method, url, tenant);
      const what = `${operation} of ${tenant}: ${statusCode} ${body.slice(0, 200)}`;
      // 401: it requires a right; below /ngsi-ld/v1 and /contexts are names and vocabularies, of no tenant.
      if (/ \/(?:live|ready|healthz?|contexts|ngsi-ld\/v1)/.test(operation) || statusCode === 401) continue;
      if (/ \/(?:ops\/access\/me|mcp)$/.test(operation)) continue; // they know the sender, who has no right there
      assert.equal(statusCode, 404, what);
      assert.match(
        body,
        /There is no public tenant|There are no open data of the tenant|is for who has signed in/,
        what,
      );
      assert.doesNotMatch((await ask(method, url, 'open')).body, /There is no public tenant/, what);
      asked++;
    }
  }
  assert.ok(asked > 150, `${asked} were asked`);
});

test('what strangers see of one public tenant has nothing of another', async (t) => {
  const { app, authorizationOf, publicUrl } = await startGuardedPlatform(t, { PUBLIC_TENANTS: '@default, open' });
  const administrator = { authorization: await authorizationOf('root', 'administrator') };
  const admin = async (method: Method, url: string, payload?: object) => {
    const answer = await app.inject({ method, url, headers: administrator, ...(payload && { payload }) });
    assert.ok(answer.statusCode < 300, `${method} ${url}: ${answer.body}`);
  };
  await admin('POST', '/ops/tenants', { name: 'open' });
  const mark = 'Rue de la Marque';
  const lamp = {
    id: 'urn:ngsi-ld:Streetlight:marked',
    type: 'Streetlight',
    scope: '/Thil',
    name: { type: 'Property', value: mark },
    address: { type: 'Property', value: { streetAddress: mark } },
    location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [5.91, 49.47] } },
  };
  const link = `<${publicUrl}/contexts/territory/v1.jsonld>; rel="http://www.w3.org/ns/json-ld#context"`;
  const made = await app.inject({
    method: 'POST',
    url: '/ngsi-ld/v1/entities',
    headers: { ...administrator, link },
    payload: lamp,
  });
  assert.equal(made.statusCode, 201, made.body);
  const title = { fr: mark };
  await admin('PUT', '/opendata/datasets/marked', { ...LAMP_DATASET, title });
  await admin('POST', '/opendata/datasets/marked/publish');
  const get = (url: string, tenant: string) =>
    app.inject({ url, headers: tenant === '' ? {} : { 'ngsild-tenant': tenant } });
  const corner = (longitude: number, latitude: number) => [longitude, latitude];
  const around = [corner(5.9, 49.4), corner(6, 49.4), corner(6, 49.5), corner(5.9, 49.5), corner(5.9, 49.4)];
  // It also reads the park, which is done each hour otherwise.
  await admin('POST', '/lighting/zones', { name: 'All', area: { type: 'Polygon', coordinates: [around] } });
  for (const url of ['/public/lighting/streets', '/ogc/collections/marked/items', '/catalog.jsonld']) {
    await eventually(`${url} has it`, async () => (await get(url, '')).body.includes(mark));
  }
  const near = 'longitude=5.91&latitude=49.47';
  const { paths } = (await get('/openapi', '')).json() as { paths: Record<string, object> };
  const urls = Object.entries(paths)
    .filter(([, methods]) => 'get' in methods)
    .map(([path]) => path.replace(/\{(?:id|collection|dataset)\}/, 'marked').replaceAll(/\{\w+\}/g, '0'));
  const files = ['/data/files/marked/marked.csv', '/tiles/marked/14/8461/5615.mvt', '/ogc/collections/marked/items/0'];
  for (const url of [...urls, ...files, `/public/lighting/tonight?${near}`]) {
    const { body, statusCode } = await get(url, 'open');
    const what = `${url}: ${statusCode} ${body.slice(0, 300)}`;
    assert.ok(!body.includes(mark) && !body.includes('datasets/marked'), what);
    if (files.includes(url)) assert.equal(statusCode, 404, what);
  }
});

test('a stranger never makes a tenant, by a report, a photo, a push endpoint or an answer to a poll', async (t) => {
  const { app, authorizationOf } = await startGuardedPlatform(t, { PUBLIC_TENANTS: '@default, named' });
  const administrator = { authorization: await authorizationOf('root', 'administrator') };
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );
  const attempts: readonly (readonly [url: string, payload: object | Buffer])[] = [
    ['/citizen/v1/reports', { category: 'street-light', location: { lat: 49.47, lon: 5.93 }, description: 'broken' }],
    ['/citizen/v1/reports/photos', png],
    ['/citizen/v1/push/endpoints', { kind: 'webpush', topics: [] }],
    ['/citizen/v1/polls/urn:x:1/answers', { device: 'd'.repeat(32), choice: 'a' }],
    ['/open311/v2/requests.json', { service_code: 'street-light', lat: 49.47, long: 5.93 }],
  ];
  // `named` is public once it exists.
  for (const tenant of ['invented', 'named']) {
    for (const [url, payload] of attempts) {
      const isPhoto = Buffer.isBuffer(payload);
      const answer = await app.inject({
        method: 'POST',
        url,
        headers: {
          'ngsild-tenant': tenant,
          'content-type': isPhoto ? 'image/png' : 'application/json',
          'idempotency-key': 'a report of a stranger',
        },
        payload,
      });
      assert.equal(answer.statusCode, 404, `${url} of ${tenant}: ${answer.body}`);
      // A shared cache must not give this refusal to those who ask for the default tenant.
      assert.equal(answer.headers['cache-control'], 'no-store', url);
    }
  }
  const tenants = (await app.inject({ url: '/ops/tenants', headers: administrator })).json() as { name: string }[];
  assert.deepEqual(
    tenants.map(({ name }) => name).filter((name) => name !== '@default'),
    [],
  );
});

test('@none closes every tenant to strangers, also the default tenant', async (t) => {
  const { app } = await startGuardedPlatform(t, { PUBLIC_TENANTS: '@none' });
  for (const url of [
    '/citizen/v1/home',
    '/citizen/v1/parking',
    '/data',
    '/ogc/collections',
    '/open311/v2/services.json',
  ]) {
    assert.equal((await app.inject({ url })).statusCode, 404, url);
  }
  for (const url of ['/live', '/territory', '/openapi', '/.well-known/oauth-protected-resource']) {
    assert.equal((await app.inject({ url })).statusCode, 200, url);
  }
});
