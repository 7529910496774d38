import assert from 'node:assert/strict';
import { test } from 'node:test';
import { needsByOperation } from './support/access/access-model.ts';
import { startGuardedPlatform } from './support/guarded-platform.ts';

/*
 * Answers that shared caches may keep, of every route that requires nothing, read from the routes themselves: a cache
 * must not give the answer for one tenant to those who ask for another.
 */

/** What may be a day old in a shared cache, because it hardly changes and nobody acts by it. */
const OLD_DOES_NO_HARM: readonly string[] = [
  '/territory',
  '/citizen/v1/territory',
  '/citizen/v1/emergency-numbers',
  '/.well-known/oauth-protected-resource',
  '/.well-known/oauth-protected-resource/mcp',
];
const AT_MOST_S = 600;

/** The health and the names of the whole product, its sign-in pages, and routes that know their sender. */
const OF_NO_TENANT = /^\/(?:oidc|contexts|live|ready|healthz?|ngsi-ld|ops|mcp)(?:\/|$)/;

/** Queries without which a route answers 400. */
const QUERIES: Readonly<Record<string, string>> = {
  '/citizen/v1/search': '?text=parc',
  '/citizen/v1/reports/nearby': '?lat=49.47&lon=5.93&category=street-light',
  '/citizen/v1/reports/assets': '?lat=49.47&lon=5.93',
  '/citizen/v1/stops': '?text=gare',
};

test('an answer that shared caches may keep varies by tenant, and is old only where that does no harm', async (t) => {
  const { app } = await startGuardedPlatform(t);
  const paths = [...needsByOperation()].flatMap(([operation, need]) => {
    const [method, path = ''] = operation.split(' ');
    return method === 'GET' && (need === 'nobody' || need === 'itself') ? [path] : [];
  });
  const pages = ['/', '/app/', '/docs/', '/contexts/vocabulary.jsonld'];
  let kept = 0;
  for (const path of [...paths, ...pages]) {
    const url = path.replaceAll(/\{\w+\}/g, 'none') + (QUERIES[path] ?? '');
    const { statusCode, headers } = await app.inject({ url });
    const keeping = String(headers['cache-control'] ?? '');
    const what = `${url}: ${statusCode} ${JSON.stringify(headers)}`;
    const varies = String(headers.vary ?? '')
      .toLowerCase()
      .split(/, */);
    assert.equal(new Set(varies).size, varies.length, what);
    const mayBeKept = /\bpublic\b/.test(keeping) || (keeping === '' && !OF_NO_TENANT.test(path) && statusCode < 400);
    if (mayBeKept) {
      assert.ok(varies.includes('ngsild-tenant') && varies.includes('fiware-service'), what);
      kept++;
    }
    // RFC 9111, 4.2.2: caches may keep a 404 that says nothing else.
    if (statusCode >= 400 && path.startsWith('/citizen/')) assert.match(keeping, /no-store/, what);
    const staleS = Number(/stale-while-revalidate=(\d+)/.exec(keeping)?.[1] ?? 0);
    if (!OLD_DOES_NO_HARM.includes(path)) assert.ok(staleS <= AT_MOST_S, what);
    if (/json/.test(String(headers['content-type'])) && !OF_NO_TENANT.test(path)) {
      assert.match(String(headers['content-security-policy']), /default-src 'none'/, what);
      assert.match(String(headers['referrer-policy']), /no-referrer|same-origin/, what);
    }
  }
  assert.ok(kept > 40, `${kept} may be kept`);
});

test('an answer that has not changed varies by tenant too', async (t) => {
  const { app } = await startGuardedPlatform(t);
  const { headers } = await app.inject({ url: '/citizen/v1/home' });
  const again = await app.inject({ url: '/citizen/v1/home', headers: { 'if-none-match': headers.etag } });
  assert.equal(again.statusCode, 304);
  assert.match(String(again.headers.vary), /NGSILD-Tenant, Fiware-Service/i);
});
