import assert from 'node:assert/strict';
import { eventually } from '@alzette/kit/testing';
import { pino } from 'pino';
import { brokerProcess } from '../../../scripts/drill/broker-process.ts';
import { freePort } from '../../../scripts/programs.ts';
import type { Database } from '../../src/database/database.ts';
import { openDatabase } from '../../src/database/open-database.ts';
import { createBroker } from '../../src/main.ts';
import { anotherPostgres, eachDatabase, freshTenant } from '../support/index.ts';

const WITHIN_MS = 60_000;

type Ask = (
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: object,
) => Promise<{ status: number; body: unknown; location?: string | undefined }>;

/** Random numbers, reproducible by the seed. */
function drawer(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * below);
  };
}

/** Values of all kinds that an index contains, leaves out, or stores elsewhere. */
function instancesOf(draw: (below: number) => number): object {
  const number = { type: 'Property', value: draw(20) - 5 + draw(4) / 4 };
  const text = { type: 'Property', value: ['red', 'blue', 'Red', '', 'a"b', 'x'.repeat(3000)][draw(6)] };
  const kinds: readonly object[] = [
    number,
    number,
    text,
    text,
    { type: 'Property', value: draw(2) === 0 },
    { type: 'Property', value: [draw(10), 'red'] },
    { type: 'Property', value: { deep: draw(5), colour: 'red' } },
    { type: 'Property', value: { '@type': 'DateTime', '@value': `2026-01-0${1 + draw(9)}T00:00:00Z` } },
    { type: 'Relationship', object: `urn:ngsi-ld:Room:${draw(5)}` },
    { type: 'LanguageProperty', languageMap: { fr: 'rouge', en: 'red' } },
    { type: 'VocabProperty', vocab: ['red', 'blue'][draw(2)] },
    { ...number, unitCode: 'CEL', observedAt: '2026-01-05T00:00:00Z' },
  ];
  const one = kinds[draw(kinds.length)] as object;
  if (draw(8) === 0) return [one, { ...(kinds[draw(kinds.length)] as object), datasetId: 'urn:d:1' }];
  if (draw(12) === 0) return { ...one, datasetId: 'urn:d:2' };
  return one;
}

const QUERIES = [
  'a',
  'a==3',
  'a!=3',
  'a>2.5',
  'a>=-1;a<4',
  'a==1..6',
  'a==3,5,"red"',
  'a=="red"',
  'a=="Red"|a==true',
  'a>"b"',
  'a==""',
  'a~="^r.d$"',
  'a!~="e"',
  'a[deep]==2',
  'a[colour]=="red"',
  'a=="urn:ngsi-ld:Room:2"',
  'a==2026-01-04T00:00:00Z',
  'a>2026-01-04T00:00:00Z',
  'a.unitCode=="CEL"',
  'a==false;b==1',
  '(a==3|b==2);a<10',
  'a[en]=="red"',
  `a=="${'x'.repeat(3000)}"`,
];

async function fill(ask: Ask, type: string, seed: number): Promise<void> {
  const draw = drawer(seed);
  const entities = Array.from({ length: 250 }, (_, n) => ({
    id: `urn:ngsi-ld:${type}:${String(n).padStart(4, '0')}`,
    type: draw(10) === 0 ? [type, 'Other'] : type,
    ...(draw(8) > 0 && { a: instancesOf(draw) }),
    b: { type: 'Property', value: draw(4) },
  }));
  assert.equal((await ask('POST', '/ngsi-ld/v1/entityOperations/create', entities)).status, 201);
}

/** The ids that each query finds, page by page. */
async function answers(ask: Ask, type: string): Promise<{ readonly [q: string]: readonly string[] }> {
  const found: { [q: string]: string[] } = {};
  for (const q of QUERIES) {
    const ids: string[] = [];
    for (let offset = 0; ; offset += 60) {
      const path = `/ngsi-ld/v1/entities?type=${type}&q=${encodeURIComponent(q)}&limit=60&offset=${offset}`;
      const { status, body } = await ask('GET', path);
      assert.equal(status, 200, `${q}: ${JSON.stringify(body)}`);
      const page = (body as { id: string }[]).map(({ id }) => id);
      ids.push(...page);
      if (page.length < 60) break;
    }
    found[q] = ids;
  }
  return found;
}

interface IndexReport {
  readonly making: { readonly type: string } | null;
  readonly indexes: readonly { readonly type: string }[];
}

async function until(
  ask: Ask,
  what: string,
  holds: (report: IndexReport) => boolean | Promise<boolean>,
): Promise<void> {
  await eventually(what, async () => holds((await ask('GET', '/ops/indexes')).body as IndexReport), WITHIN_MS);
}

/** Opens a transaction with a write: the build of an index waits for it, reads and writes do not. */
async function hold(db: Database): Promise<() => Promise<void>> {
  const { promise: held, resolve: begun } = Promise.withResolvers<void>();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const transaction = db.transaction(async (tx) => {
    await tx.query({ text: 'LOCK TABLE entity IN ROW EXCLUSIVE MODE' });
    begun();
    await released;
  });
  await held;
  return async () => {
    release();
    await transaction;
  };
}

const INVALID = `
  SELECT count(*)::int AS count FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
  WHERE c.relname LIKE 'attribute\\_%' AND NOT i.indisvalid`;

async function invalidIndexes(db: Database): Promise<number> {
  return (await db.query<{ count: number }>({ text: INVALID })).rows[0]?.count ?? 0;
}

eachDatabase('An index on an attribute', (test, { kind }) => {
  test('changes no answer: without it, while it is built, with it, and after it is dropped', async (t, db) => {
    const logger = pino({ level: 'silent' });
    const broker = await createBroker({ db, publicUrl: 'http://127.0.0.1', indexAdviser: 'advise', logger });
    t.after(() => broker.close());
    const tenant = freshTenant();
    const ask: Ask = async (method, url, payload) => {
      const headers = { 'ngsild-tenant': tenant };
      const answer = await broker.app.inject({ method, url, headers, ...(payload && { payload }) });
      const { location } = answer.headers;
      return { status: answer.statusCode, body: answer.body === '' ? '' : answer.json(), location: String(location) };
    };
    const type = `Indexed${tenant.replaceAll(/\W/g, '')}`;
    await fill(ask, type, 11);
    const without = await answers(ask, type);
    assert.ok(Object.values(without).filter((ids) => ids.length > 0).length > 18, JSON.stringify(without));
    const release = kind === 'postgres' ? await hold(db) : undefined;
    if (release !== undefined) t.after(release);
    const made = await ask('POST', '/ops/indexes', { type, attribute: 'a' });
    assert.equal(made.status, 202);
    if (release !== undefined) {
      await until(ask, 'an unfinished index', async () => (await invalidIndexes(db)) > 0);
      assert.deepEqual(await answers(ask, type), without, 'while it is built');
      await release();
    }
    await until(ask, 'the index', ({ making, indexes }) => making === null && indexes.length > 0);
    assert.deepEqual(await answers(ask, type), without, 'with the index');
    assert.equal((await ask('DELETE', made.location ?? '')).status, 204);
    assert.deepEqual(await answers(ask, type), without, 'after it was dropped');
  });

  if (kind !== 'postgres') return;
  test('is built again after a kill -9 in the middle, and nothing of the first attempt is left', async (t) => {
    const own = anotherPostgres();
    assert.ok(own);
    const url = await own.url();
    const broker = brokerProcess(await freePort(), { DATABASE_URL: url, HOST: '127.0.0.1', INDEX_ADVISER: 'advise' });
    t.after(() => broker.kill());
    await broker.start();
    const ask: Ask = async (method, path, body) => {
      const headers = body && { 'content-type': 'application/json' };
      const answer = await fetch(broker.url + path, { method, ...(body && { headers, body: JSON.stringify(body) }) });
      const text = await answer.text();
      return { status: answer.status, body: text === '' ? '' : JSON.parse(text) };
    };
    const type = 'Killed';
    await fill(ask, type, 12);
    const without = await answers(ask, type);
    const db = await openDatabase({ url });
    const release = await hold(db);
    t.after(async () => {
      await release();
      await db.close();
    });
    assert.equal((await ask('POST', '/ops/indexes', { type, attribute: 'a' })).status, 202);
    await until(ask, 'an unfinished index', async () => (await invalidIndexes(db)) > 0);
    await broker.kill();
    await release();
    await broker.start();
    assert.deepEqual(await answers(ask, type), without, 'after the kill');
    assert.equal((await ask('POST', '/ops/indexes', { type, attribute: 'a' })).status, 202);
    await until(ask, 'the index', ({ making, indexes }) => making === null && indexes.length === 1);
    assert.equal(await invalidIndexes(db), 0);
    assert.deepEqual(await answers(ask, type), without, 'with the index');
  });
});
