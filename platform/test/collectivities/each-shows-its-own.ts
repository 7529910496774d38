import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { eventually } from '@alzette/kit/testing';
import { TERRITORY_CONTEXT_PATH } from '@alzette/ngsi-ld-schemas';
import type { FastifyInstance } from 'fastify';
import { declaredOperations, PARAMETER, urlOf } from '../support/declared-operations.ts';
import { type Ask, BODIES, createOthersObjects, MARK, OTHER, QUERIES } from '../support/others-objects.ts';
import { madeUp, squareAt } from './founded.ts';

type Headers = Readonly<Record<string, string>>;

const HERE = 'villerupt.example.org';
const ELSEWHERE = 'neit.example.org';
const SENDS: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);
/** Public pages and documents, each with the name or the address of whose they are. */
const PUBLIC = [
  '/app/manifest.webmanifest',
  '/catalog.csv',
  '/catalog.jsonld',
  '/catalog.ttl',
  '/citizen/v1/news.rss',
  '/citizen/v1/territory',
  '/compat/postgrest',
  '/data/',
  '/data/datasets/other',
  '/data/datasets/other?lang=en',
  '/ogc',
  '/ogc/api',
  '/ogc/collections',
  '/ogc/collections/other',
  '/ogc/collections/other/items',
  '/ogc/collections/other/queryables',
  '/open311/v2/discovery.json',
  '/territory',
  '/tiles/other',
];

/**
 * Two collectivities with objects of the same ids: each of what everybody may see is the own at each host, and no
 * operation at one host shows or changes an object of the other.
 */
export async function eachShowsItsOwn(
  app: FastifyInstance,
  root: Headers,
  { publicUrl, neighbour }: { readonly publicUrl: string; readonly neighbour: Headers },
): Promise<void> {
  await foundHere(app, root);
  const here = askerAt(app, root, HERE, publicUrl);
  const elsewhere = askerAt(app, root, ELSEWHERE, publicUrl);
  const ids = await createOthersObjects(here);
  const { body: dataset } = await here('GET', '/opendata/datasets/other');
  const { id: _id, ...own } = dataset.definition;
  const twin = JSON.parse(JSON.stringify(own).replaceAll(MARK, 'Gemeng neit')) as object;
  assert.equal((await elsewhere('PUT', '/opendata/datasets/other', twin)).status, 201);
  for (const ask of [here, elsewhere]) {
    assert.equal((await ask('POST', '/opendata/datasets/other/publish')).status, 200);
    const isPublic = async () => (await ask('GET', '/ogc/collections/other')).status === 200;
    await eventually('its rows are public', isPublic, 180_000);
  }

  await publicAt(app);
  await keysAt(app);
  await walk(app, neighbour, ids);
  assert.equal((await here('GET', '/opendata/datasets/other')).body.state, 'published', 'nobody withdrew it');
  const { body: items } = await here('GET', '/ogc/collections/other/items');
  assert.equal(items.numberMatched, 1);
  const alarm = await here('GET', `/alarms/${encodeURIComponent(ids.get('/alarms') ?? '')}`);
  assert.equal(alarm.body.state?.acknowledgedAt, undefined, 'nobody acknowledged it');
}

async function foundHere(app: FastifyInstance, root: Headers) {
  const { slug, name } = OTHER;
  const feature = { type: 'Feature', properties: { commune: slug }, geometry: squareAt(5.9, 49.45) };
  const boundaries = { type: 'FeatureCollection', features: [feature] };
  const payload = madeUp(slug, 0, { country: 'FR', communes: [{ slug, name, department: '54' }], boundaries });
  const founded = await app.inject({ method: 'POST', url: '/ops/collectivities', headers: root, payload });
  assert.equal(founded.statusCode, 201, founded.body);
}

function askerAt(app: FastifyInstance, headers: Headers, host: string, publicUrl: string): Ask {
  const link = `<${publicUrl}${TERRITORY_CONTEXT_PATH}>; rel="http://www.w3.org/ns/json-ld#context"`;
  return async (method, url, payload) => {
    const type = Buffer.isBuffer(payload) ? 'application/pdf' : 'application/json';
    const key = { 'idempotency-key': randomUUID() };
    const sent = { ...headers, ...key, host, link, ...(payload && { 'content-type': type }) };
    const answer = await app.inject({ method, url, headers: sent, ...(payload && { payload }) });
    const isJson = /json/.test(String(answer.headers['content-type']));
    return { status: answer.statusCode, body: isJson ? answer.json() : answer.body };
  };
}

async function publicAt(app: FastifyInstance) {
  const sites = [
    { host: HERE, own: [HERE, 'Gemeng villerupt', MARK], others: [ELSEWHERE, 'Gemeng neit'] },
    { host: ELSEWHERE, own: [ELSEWHERE, 'Gemeng neit'], others: [HERE, 'Gemeng villerupt', MARK] },
  ];
  for (const { host, own, others } of sites) {
    for (const url of PUBLIC) {
      const { statusCode, body } = await app.inject({ url, headers: { host, accept: '*/*' } });
      const what = `${host}${url}: ${statusCode} ${body.slice(0, 300)}`;
      assert.equal(statusCode, 200, what);
      assert.ok(
        own.some((word) => body.includes(word)),
        what,
      );
      assert.ok(!others.some((word) => body.includes(word)), what);
      assert.ok(!/Pays-Haut|Alzette<|localhost/.test(body), what);
    }
  }
}

/** A browser is subscribed with the key of one collectivity. */
async function keysAt(app: FastifyInstance) {
  const keyAt = async (host: string) => {
    const answer = await app.inject({ url: '/citizen/v1/push/key', headers: { host } });
    assert.equal(answer.statusCode, 200, answer.body);
    return String(answer.json().key);
  };
  const [first, second, own] = [await keyAt(HERE), await keyAt(ELSEWHERE), await keyAt('localhost')];
  assert.equal(new Set([first, second, own]).size, 3);
  assert.equal(await keyAt(HERE), first);
}

/** Every declared operation that reads, or names an object, with the ids of what is here, as the neighbour's administrator and as a stranger, at theirs. */
async function walk(app: FastifyInstance, neighbour: Headers, ids: ReadonlyMap<string, string>) {
  const operations = declaredOperations((await app.inject({ url: '/openapi' })).json());
  const known = new Map(ids);
  for (const path of ['/ogc/collections', '/tiles', '/data/datasets', '/data/files', '/data/exports'])
    known.set(path, 'other');
  const faults: string[] = [];
  let asked = 0;
  for (const { method, path, access } of operations) {
    if (path === '/events' || path.startsWith('/oidc')) continue;
    // What creates something names nothing of the other; it is asked by the walk of each against each.
    if (method !== 'GET' && !PARAMETER.test(path)) continue;
    const before = path.slice(0, Math.max(0, path.search(PARAMETER) - 1));
    const url = known.has(before) ? urlOf(path, known) : path.replaceAll(/\{\w+\}/g, 'other');
    const payload = BODIES[`${method} ${path}`] ?? {};
    for (const headers of access === 'nothing' ? [{}, neighbour] : [neighbour]) {
      const { statusCode, body } = await app.inject({
        method,
        url: url + (QUERIES[path] ?? ''),
        headers: { ...headers, host: ELSEWHERE },
        ...(SENDS.has(method) && { payload }),
      });
      asked += 1;
      const what = `${method} ${url}: ${statusCode} ${body.slice(0, 200)}`;
      if (statusCode === 500) faults.push(`failed: ${what}`);
      // What they sent themselves comes back.
      if (body.includes(MARK) && !JSON.stringify(payload).includes(MARK)) faults.push(`shown: ${what}`);
    }
  }
  assert.deepEqual(faults, []);
  assert.ok(asked > 400, `${asked} requests`);
}
