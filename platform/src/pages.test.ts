import assert from 'node:assert/strict';
import { glob, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import Fastify, { type FastifyInstance } from 'fastify';
import { pageRoutes } from './pages.ts';
import { PORTAL_AREAS } from './portal-areas.ts';

describe('the pages', () => {
  let folder: string;
  let app: FastifyInstance;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'alzette-pages-'));
    for (const page of ['portal', 'app']) {
      await mkdir(join(folder, page, 'assets'), { recursive: true });
      await writeFile(join(folder, page, 'index.html'), `<title>${page}</title>`);
      await writeFile(join(folder, page, 'assets', 'main-abc.js'), `'${page}'`);
      await writeFile(join(folder, page, 'assets', 'main-abc.js.gz'), gzipSync(`'${page}'`));
      await writeFile(join(folder, page, '.built'), '');
    }
    await mkdir(join(folder, 'docs', 'fr'), { recursive: true });
    for (const file of ['index.html', 'access.html', '404.html', 'fr/index.html'])
      await writeFile(join(folder, 'docs', file), `<title>${file}</title>`);
    app = Fastify({ routerOptions: { ignoreTrailingSlash: true } });
    await pageRoutes(app, [
      { prefix: '/', dist: join(folder, 'portal'), areas: PORTAL_AREAS },
      { prefix: '/app/', dist: join(folder, 'app') },
      { prefix: '/docs/', dist: join(folder, 'docs'), isFilesAlone: true },
    ]);
  });

  after(async () => {
    await app.close();
    await rm(folder, { recursive: true });
  });

  for (const [url, status, body] of [
    ['/', 200, '<title>portal</title>'],
    ['/e/urn%3Angsi-ld%3AStreetlight%3Aa', 200, '<title>portal</title>'],
    ['/e/urn:ngsi-ld:Streetlight:a?lang=fr', 200, '<title>portal</title>'],
    ['/api/x', 404],
    ['/ngsi-ld/v2/entities', 404],
    ['/nothing', 404],
    ['/openapi/try', 200, '<title>portal</title>'],
    ['/app/', 200, '<title>app</title>'],
    ['/app/map', 200, '<title>app</title>'],
    ['/app/reports/follow/K1699ZN80Q.NoQNhT2n4G1_8wev2bmZinupqb2OYUuS3_HTG9ig8XU', 200, '<title>app</title>'],
    ['/assets/main-abc.js', 200, "'portal'"],
    ['/app/assets/main-abc.js', 200, "'app'"],
    ['/docs/', 200, '<title>index.html</title>'],
    ['/docs/fr/', 200, '<title>fr/index.html</title>'],
    ['/docs/access.html', 200, '<title>access.html</title>'],
    ['/docs/nothing.html', 404, '<title>404.html</title>'],
    ['/docs/nothing/', 404, '<title>404.html</title>'],
    ['/docs/..%2f..%2fportal/index.html', 404, '<title>404.html</title>'],
    ['/assets/gone-def.js', 404],
    ['/..%2f..%2fetc%2fpasswd.txt', 404],
    ['/.built', 404],
    ['/%zz', 400],
    ['/ngsi-ld/v1/nothing', 404],
    ['/iot/nothing', 404],
    ['/alarms/nothing/more', 404],
    ['/work-orders/nothing/more', 404],
    ['/v2/entities', 404],
    ['/q/health', 404],
    ['/operations/alarms', 200, '<title>portal</title>'],
    ['/cockpits/lighting', 200, '<title>portal</title>'],
    ['/events', 404],
    ['/contexts/nothing', 404],
    ['/ops/nothing', 404],
    ['/openapi', 404],
    ['/openapi/nothing', 404],
    ['/openapi/try/nothing', 404],
    ['/.well-known/nothing', 404],
  ] as const) {
    test(`${url} → ${status}${body === undefined ? '' : ` ${body}`}`, async () => {
      const answer = await app.inject(url);
      assert.equal(answer.statusCode, status);
      if (body !== undefined) assert.equal(answer.body, body);
    });
  }

  for (const path of ['/app', '/docs']) {
    test(`${path} redirects to ${path}/`, async () => {
      const answer = await app.inject(path);
      assert.deepEqual([answer.statusCode, answer.headers.location], [308, `${path}/`]);
    });
  }

  test('a browser gets a page also for an unknown path, with 404', async () => {
    const answer = await app.inject({ url: '/api/x', headers: { accept: 'text/html,*/*;q=0.8' } });
    assert.deepEqual([answer.statusCode, answer.body], [404, '<title>portal</title>']);
  });

  test('a client that accepts only JSON gets no page', async () => {
    for (const [url, status] of [
      ['/cockpits/lighting', 404],
      ['/app/map', 404],
      ['/api/x', 404],
    ] as const) {
      const answer = await app.inject({ url, headers: { accept: 'application/json' } });
      assert.equal(answer.statusCode, status, url);
      assert.match(String(answer.headers['content-type']), /^application\/json/);
    }
  });

  test("the areas are those of the portal's routes", async () => {
    const portal = new URL('../../portal/src/', import.meta.url);
    const files = await Array.fromAsync(glob('**/{feature,page,router}.ts', { cwd: portal }));
    const areas = new Set(['']);
    for (const file of files) {
      const source = await readFile(new URL(file, portal), 'utf8');
      for (const [, area = ''] of source.matchAll(/path: '\/([\w-]*)/g)) areas.add(area);
    }
    assert.deepEqual([...areas].sort(), [...PORTAL_AREAS].sort());
  });

  test('hashed files are cached forever, the index is revalidated each time', async () => {
    const [asset, index] = [await app.inject('/assets/main-abc.js'), await app.inject('/')];
    assert.equal(asset.headers['cache-control'], 'public, max-age=31536000, immutable');
    assert.equal(index.headers['cache-control'], 'no-cache');
    const again = await app.inject({ url: '/', headers: { 'if-none-match': String(index.headers.etag) } });
    assert.equal(again.statusCode, 304);
  });

  test('compressed copies are sent to clients that accept them', async () => {
    const answer = await app.inject({ url: '/assets/main-abc.js', headers: { 'accept-encoding': 'gzip' } });
    assert.equal(answer.headers['content-encoding'], 'gzip');
    assert.match(String(answer.headers['content-type']), /javascript/);
    assert.equal(gunzipSync(answer.rawPayload).toString(), "'portal'");
  });

  test('runs only its own scripts, and may not be framed', async () => {
    const { headers } = await app.inject('/');
    assert.match(String(headers['content-security-policy']), /script-src 'self';/);
    assert.match(String(headers['content-security-policy']), /frame-ancestors 'none'/);
    assert.equal(headers['x-content-type-options'], 'nosniff');
  });
});
