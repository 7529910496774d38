import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { eachDatabase } from '@alzette/broker/test-support';
import { contextStore } from '../../src/context/context-store.ts';
import type { Context } from '../../src/context/contexts.ts';
import { type ContextHost, type ContextsOptions, createContexts } from '../../src/context/create-contexts.ts';
import type { Database } from '../../src/database/database.ts';
import { startContextServer } from './context-server.ts';

const CORE_URL = 'https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.9.jsonld';
const DEFAULT = 'https://uri.etsi.org/ngsi-ld/default-context/';
const LAMP = 'https://smartdatamodels.org/dataModel.Streetlighting/Streetlight';

async function open(t: TestContext, db: Database, options: Partial<ContextsOptions> = {}): Promise<ContextHost> {
  const contexts = await createContexts({
    db,
    publicUrl: 'https://broker.example/alzette/',
    timeoutMs: 1_000,
    maxBytes: 20_000,
    ...options,
  });
  t.after(() => contexts.close());
  return contexts;
}

function expands(context: Context, names: Record<string, string>): void {
  const got = Object.fromEntries(Object.keys(names).map((name) => [name, context.attribute(name)]));
  assert.deepEqual(got, names);
}

eachDatabase('4.4, 6.3.5 Contexts', (test) => {
  test('without a context the core applies', async (t, db) => {
    const contexts = await open(t, db, { offline: true });
    assert.equal(contexts.cached(undefined), contexts.core);
    assert.equal(contexts.core.value, CORE_URL);
    assert.equal(contexts.core.link, CORE_URL);
    expands(contexts.core, { powerState: `${DEFAULT}powerState`, status: 'https://uri.etsi.org/ngsi-ld/status' });
  });

  test('every version of the core means our core, without network', async (t, db) => {
    const contexts = await open(t, db, { offline: true });
    for (const version of ['', '-v1.3', '-v1.6', '-v1.8', '-v1.9']) {
      const url = `https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context${version}.jsonld`;
      const context = await contexts.resolve(url);
      expands(context, { valueType: 'https://uri.etsi.org/ngsi-ld/hasValueType', x: `${DEFAULT}x` });
      assert.deepEqual([context.value, context.link], [url, url]);
    }
  });

  test('a URL that only resembles the core is fetched like any other', async (t, db) => {
    const contexts = await open(t, db, { offline: true });
    const url = 'https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-non-existing.jsonld';
    await assert.rejects(contexts.resolve(url), { name: 'LdContextNotAvailable', message: /OFFLINE/ });
  });

  test('our own contexts are known on every host of ours, without network', async (t, db) => {
    const contexts = await open(t, db, { offline: true });
    for (const host of [
      'https://broker.example/alzette',
      'http://localhost:1026',
      'http://127.0.0.1:5173',
      'http://127.0.1.1',
      'http://[::1]:80',
    ]) {
      const url = `${host}/contexts/territory/v1.jsonld`;
      const context = await contexts.resolve(url);
      assert.equal(context.type('Streetlight'), LAMP);
      assert.equal(context.compact(LAMP), 'Streetlight');
      assert.equal(context.link, url);
      assert.equal(contexts.cached(url), context);
    }
    const elsewhere = contexts.resolve('https://elsewhere.example/contexts/territory/v1.jsonld');
    await assert.rejects(elsewhere, { name: 'LdContextNotAvailable' });
  });

  test('a remote context is fetched once, also for concurrent requests', async (t, db) => {
    const server = await startContextServer(t);
    const contexts = await open(t, db);
    server.serve('/lamp.jsonld', {
      '@context': { lamp: 'https://x.example/lamp', status: 'https://x.example/status' },
    });
    const url = server.url('/lamp.jsonld');

    const [first, second] = await Promise.all([contexts.resolve(url), contexts.resolve([url, CORE_URL])]);
    await contexts.resolve(url);

    expands(first, { lamp: 'https://x.example/lamp', status: 'https://uri.etsi.org/ngsi-ld/status' });
    assert.equal(first.link, url);
    assert.equal(second.link, url);
    assert.deepEqual(second.value, [url, CORE_URL]);
    assert.deepEqual(server.asked, ['/lamp.jsonld']);
  });

  test('compound documents, relative references, imports and redirects are followed', async (t, db) => {
    const server = await startContextServer(t);
    const contexts = await open(t, db);
    server.serve('/all.jsonld', { '@context': [CORE_URL, 'parts/a.jsonld', { c: 'https://x.example/c' }] });
    server.serve('/parts/a.jsonld', { '@context': [{ a: 'https://x.example/a' }, '../moved.jsonld'] });
    server.serveBy('/moved.jsonld', (_request, response) =>
      response.writeHead(302, { location: '/elsewhere/b.jsonld' }).end(),
    );
    server.serve('/elsewhere/b.jsonld', { '@context': { '@import': 'base.jsonld', b: 'https://x.example/b' } });
    server.serve('/elsewhere/base.jsonld', {
      '@context': { b: 'https://x.example/old', base: 'https://x.example/base' },
    });

    const context = await contexts.resolve(server.url('/all.jsonld'));

    expands(context, {
      a: 'https://x.example/a',
      b: 'https://x.example/b',
      c: 'https://x.example/c',
      base: 'https://x.example/base',
    });
  });

  test('an inline context is hosted at its own URL, known to us without network', async (t, db) => {
    const contexts = await open(t, db, { offline: true });
    const inline = [{ lamp: 'https://x.example/lamp' }, CORE_URL];

    const context = await contexts.resolve(inline);

    assert.deepEqual(context.value, inline);
    assert.match(context.link, /^https:\/\/broker\.example\/alzette\/ngsi-ld\/v1\/jsonldContexts\/[0-9a-f]{32}$/);
    assert.equal(contexts.cached(structuredClone(inline)), context);
    const hosted = await contexts.hosted.get('', context.link.split('/').at(-1) ?? '');
    assert.equal(hosted?.kind, 'ImplicitlyCreated');
    assert.deepEqual(hosted?.document, inline);
    const anotherProcess = await open(t, db, { offline: true });
    expands(await anotherProcess.resolve(context.link), { lamp: 'https://x.example/lamp' });
    assert.equal((await anotherProcess.resolve(structuredClone(inline))).link, context.link);
    await assert.rejects(contexts.hosted.get('', '0'.repeat(32)), { name: 'ResourceNotFound' });
  });

  test('a context that can’t be fetched is not available (504)', async (t, db) => {
    const server = await startContextServer(t);
    const contexts = await open(t, db, { timeoutMs: 300 });
    const terms = Array.from({ length: 1_000 }, (_, n) => [`term${n}`, `https://x.example/${n}`]);
    server.serve('/huge.jsonld', { '@context': Object.fromEntries(terms) });
    server.serveBy('/slow.jsonld', () => {});
    server.serveBy('/stalling.jsonld', (_request, response) => void response.writeHead(200).write('{"@context":'));
    server.serveBy('/cut.jsonld', (request) => request.socket.destroy());
    server.serveBy('/loop.jsonld', (_request, response) => response.writeHead(301, { location: '/loop.jsonld' }).end());
    server.serveBy('/file.jsonld', (_request, response) =>
      response.writeHead(301, { location: 'file:///etc/hosts' }).end(),
    );
    server.serve('/compound.jsonld', { '@context': ['missing.jsonld'] });
    for (let n = 0; n < 12; n += 1) server.serve(`/deep${n}.jsonld`, { '@context': `deep${n + 1}.jsonld` });
    const many = Array.from({ length: 21 }, (_, n) => `many${n}.jsonld`);
    for (const path of many) server.serve(`/${path}`, { '@context': {} });
    server.serve('/many.jsonld', { '@context': many });

    for (const [page, why] of [
      ['/missing.jsonld', /its server answered 404/],
      ['/compound.jsonld', /missing\.jsonld" is not available/],
      ['/huge.jsonld', /larger than 20000 bytes/],
      ['/slow.jsonld', /took too long/],
      ['/stalling.jsonld', /took too long/],
      ['/cut.jsonld', /is not available: /],
      ['/loop.jsonld', /redirects more than 5 times/],
      ['/file.jsonld', /scheme file:/],
      ['/deep0.jsonld', /more than 8 references deep/],
      ['/many.jsonld', /more than 20 documents/],
    ] as const) {
      await assert.rejects(contexts.resolve(server.url(page)), { name: 'LdContextNotAvailable', message: why });
    }
    await assert.rejects(contexts.resolve('http://127.0.0.1:1/x'), { name: 'LdContextNotAvailable' });
    await assert.rejects(contexts.resolve('ftp://127.0.0.1/x'), {
      name: 'LdContextNotAvailable',
      message: /scheme ftp:/,
    });
  });

  test('a document that is not a context is refused (400)', async (t, db) => {
    const server = await startContextServer(t);
    const contexts = await open(t, db);
    server.serve('/page.html', '<html></html>');
    server.serve('/empty.jsonld', {});
    server.serve('/list.jsonld', []);
    server.serve('/number.jsonld', { '@context': 7 });
    server.serve('/a.jsonld', { '@context': ['b.jsonld'] });
    server.serve('/b.jsonld', { '@context': ['a.jsonld'] });
    server.serve('/wrong.jsonld', { '@context': { term: 7 } });
    const scoped = { Lamp: { '@id': 'https://x.example/Lamp', '@context': { power: 'https://x.example/power' } } };
    server.serve('/scoped.jsonld', { '@context': scoped });

    for (const [page, why] of [
      ['/page.html', /is not a JSON document/],
      ['/empty.jsonld', /no member "@context"/],
      ['/list.jsonld', /no member "@context"/],
      ['/number.jsonld', /must be a URL, an object or an array of them, got 7/],
      ['/a.jsonld', /includes itself/],
      ['/wrong.jsonld', /not a valid JSON-LD 1\.1 context/],
      ['/scoped.jsonld', /scoped context in the term "Lamp"/],
    ] as const) {
      await assert.rejects(contexts.resolve(server.url(page)), { name: 'BadRequestData', message: why });
    }
    const nested = JSON.parse(`${'['.repeat(50)}{}${']'.repeat(50)}`);
    for (const value of [7, true, 'no url', '/relative', [7], [[true]], scoped, { a: {}, '@import': 3 }, nested]) {
      await assert.rejects(contexts.resolve(value), { name: 'BadRequestData', message: /^@context / });
      assert.equal(contexts.cached(value), undefined);
    }
  });

  test('a copy of the core at another URL is accepted, without its scoped context', async (t, db) => {
    const server = await startContextServer(t);
    const contexts = await open(t, db, { maxBytes: 100_000 });
    const { bundledContexts } = await import('@alzette/ngsi-ld-schemas/contexts');
    server.serve('/core.jsonld', bundledContexts.get('/contexts/core/v1.9.jsonld'));
    const context = await contexts.resolve([server.url('/core.jsonld'), { lamp: 'https://x.example/lamp' }]);
    expands(context, { lamp: 'https://x.example/lamp', ngsildproof: 'https://uri.etsi.org/ngsi-ld/ngsildproof' });
  });

  test('a failure is remembered briefly, then asked for again', async (t, db) => {
    const server = await startContextServer(t);
    const contexts = await open(t, db);
    const { now } = performance;
    let later = 0;
    t.mock.method(performance, 'now', () => now.call(performance) + later);
    const url = server.url('/late.jsonld');
    await assert.rejects(contexts.resolve(url));
    await assert.rejects(contexts.resolve(url));
    assert.equal(server.asked.length, 1);

    server.serve('/late.jsonld', { '@context': { lamp: 'https://x.example/lamp' } });
    later = 4_000;
    expands(await contexts.resolve(url), { lamp: 'https://x.example/lamp' });
  });

  test('an expired context is fetched again, and stays in use if that fails (6.3.16)', async (t, db) => {
    const server = await startContextServer(t);
    const contexts = await open(t, db);
    t.mock.timers.enable({ apis: ['Date'], now: Date.parse('2026-03-01') });
    const url = server.url('/changing.jsonld');
    const brief = { 'cache-control': 'max-age=1' };
    server.serve('/changing.jsonld', { '@context': { lamp: 'https://x.example/1' } }, brief);
    expands(await contexts.resolve(url), { lamp: 'https://x.example/1' });

    server.serve('/changing.jsonld', { '@context': { lamp: 'https://x.example/2' } }, brief);
    assert.equal(contexts.cached(url)?.attribute('lamp'), 'https://x.example/1');
    t.mock.timers.tick(1_500);
    assert.equal(contexts.cached(url), undefined);
    expands(await contexts.resolve(url), { lamp: 'https://x.example/2' });
    assert.equal(server.asked.length, 2);

    for (const fail of [
      () => server.remove('/changing.jsonld'),
      () => server.serve('/changing.jsonld', '<html>'),
      () => server.serve('/changing.jsonld', { '@context': { lamp: 5 } }),
    ]) {
      fail();
      t.mock.timers.tick(60_000);
      expands(await contexts.resolve(url), { lamp: 'https://x.example/2' });
      assert.notEqual(contexts.cached(url), undefined);
    }

    server.serve('/changing.jsonld', { '@context': { lamp: 'https://x.example/3' } });
    t.mock.timers.tick(60_000);
    expands(await contexts.resolve(url), { lamp: 'https://x.example/3' });
  });

  test('fetched contexts survive a restart, and are used when their server is down', async (t, db) => {
    const server = await startContextServer(t);
    t.mock.timers.enable({ apis: ['Date'], now: Date.parse('2026-03-01') });
    const url = server.url('/kept.jsonld');
    server.serveBy('/kept.jsonld', (_request, response) =>
      response.writeHead(302, { location: '/v2/kept.jsonld' }).end(),
    );
    server.serve('/v2/kept.jsonld', { '@context': ['part.jsonld'] }, { 'cache-control': 'max-age=60' });
    server.serve(
      '/v2/part.jsonld',
      { '@context': { lamp: 'https://x.example/lamp' } },
      { 'cache-control': 'max-age=60' },
    );
    await (await open(t, db)).resolve(url);
    for (const page of ['/kept.jsonld', '/v2/kept.jsonld', '/v2/part.jsonld']) server.remove(page);
    const asked = server.asked.length;

    expands(await (await open(t, db)).resolve(url), { lamp: 'https://x.example/lamp' });
    assert.equal(server.asked.length, asked);
    t.mock.timers.tick(120_000);
    expands(await (await open(t, db)).resolve(url), { lamp: 'https://x.example/lamp' });
    assert.ok(server.asked.length > asked);
    expands(await (await open(t, db, { offline: true })).resolve(url), { lamp: 'https://x.example/lamp' });
  });

  test('fetched contexts are listed to the tenants that have used them, and are deleted with the last of them', async (t, db) => {
    const server = await startContextServer(t);
    const store = contextStore(db);
    server.serve('/listed.jsonld', { '@context': { lamp: 'https://x.example/lamp' } });
    const contexts = await open(t, db);
    const context = await contexts.resolve(server.url('/listed.jsonld'));
    assert.equal(contexts.noteUse(contexts.core, 'some-tenant'), undefined);
    for (const tenant of ['some-tenant', 'another']) await contexts.noteUse(context, tenant);
    assert.equal(contexts.noteUse(context, 'another'), undefined); // known, so no database access

    const cached = await store.list('some-tenant', 'Cached');
    const row = cached.find(({ url }) => url === server.url('/listed.jsonld'));

    const stored = await store.retrieve('', row?.localId ?? '');
    assert.deepEqual(stored?.document, { lamp: 'https://x.example/lamp' });
    assert.ok(row?.expiresAt instanceof Date);
    assert.ok((await store.list('some-tenant')).every(({ kind }) => kind === 'Cached'));
    const url = server.url('/listed.jsonld');
    assert.deepEqual(await store.list('a-third'), []);
    await assert.rejects(contexts.hosted.get('a-third', url), { name: 'ResourceNotFound' });
    await assert.rejects(contexts.hosted.remove('a-third', url, false), { name: 'ResourceNotFound' });
    await assert.rejects(contexts.hosted.remove('a-third', url, true), { name: 'BadRequestData' });
    await contexts.hosted.remove('some-tenant', url, false);
    await assert.rejects(contexts.hosted.get('some-tenant', url), { name: 'ResourceNotFound' });
    assert.equal((await contexts.hosted.get('another', url)).url, url);
    await contexts.hosted.remove('another', url, false);
    assert.equal(await store.retrieve('', row?.localId ?? ''), undefined);
  });

  test('under public-only no context is fetched from internal addresses', async (t, db) => {
    const server = await startContextServer(t);
    const contexts = await open(t, db, { policy: 'public-only' });
    server.serve('/inside.jsonld', { '@context': {} });
    const url = server.url('/inside.jsonld');
    await assert.rejects(contexts.resolve(url), { name: 'LdContextNotAvailable', message: /not a public address/ });
    assert.deepEqual(server.asked, []);
  });

  test('inline @contexts and unbounded names are cached up to a limit in bytes', async (t, db) => {
    const keptBytes = 400_000;
    const contexts = await open(t, db, { offline: true, keptBytes });
    const before = contexts.caches().context_names?.bytes ?? 0;
    const contextOf = (n: number) => ({ [`term${n}`]: `https://example.org/terms/${n}` });
    for (let n = 0; n < 400; n++) {
      const context = await contexts.resolve(contextOf(n));
      expands(context, { [`term${n}`]: `https://example.org/terms/${n}` });
      for (let name = 0; name < 20; name++) context.attribute(`${'x'.repeat(200)}${n}-${name}`);
    }
    const { contexts: kept, context_terms: terms, context_names: names } = contexts.caches();
    assert.ok(kept && terms && names);
    for (const { bytes, mostBytes, entries } of [kept, terms]) {
      assert.equal(mostBytes, keptBytes);
      assert.ok(bytes <= mostBytes && bytes > mostBytes / 2, `${bytes}`);
      assert.ok(entries < 400);
    }
    assert.ok(names.bytes > before && names.bytes <= names.mostBytes);
    // The last is cached, the first is compiled again.
    assert.ok(contexts.cached(contextOf(399)));
    assert.equal(contexts.cached(contextOf(0)), undefined);
    expands(await contexts.resolve(contextOf(0)), { term0: 'https://example.org/terms/0' });
    contexts.forget();
    assert.equal(contexts.caches().contexts?.bytes, 0);
  });

  test("documents, and those that can't be fetched, are cached up to a limit in bytes", async (t, db) => {
    const server = await startContextServer(t);
    const contexts = await open(t, db, { maxBytes: 2_000_000, timeoutMs: 30_000 });
    for (let n = 0; n < 20; n++) {
      const terms = Array.from({ length: 5000 }, (_, term) => [
        `t${term}`,
        `https://example.org/${'x'.repeat(180)}${n}`,
      ]);
      server.serve(`/${n}.jsonld`, { '@context': Object.fromEntries(terms) });
      await contexts.resolve(server.url(`/${n}.jsonld`));
    }
    for (let n = 0; n < 400; n++) {
      await assert.rejects(contexts.resolve(server.url(`/${'x'.repeat(5000)}${n}`)), { name: 'LdContextNotAvailable' });
    }
    const { context_documents: documents, context_failures: failures } = contexts.caches();
    for (const [use, most] of [
      [documents, 20],
      [failures, 400],
    ] as const) {
      assert.ok(use && use.bytes <= use.mostBytes && use.entries > 0 && use.entries < most, JSON.stringify(use));
    }
  });
});
