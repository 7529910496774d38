import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { type CacheUse, cacheUses } from '@alzette/kit/caches';
import { coreContext } from '@alzette/ngsi-ld-schemas/contexts';
import Fastify from 'fastify';
import { pino } from 'pino';
import { Agent } from 'undici';
import { Access } from '../src/access/access.ts';
import { accessStore } from '../src/access/access-store.ts';
import { systemCaller } from '../src/access/caller.ts';
import { Metering } from '../src/access/metering.ts';
import { usageStore } from '../src/access/usage-store.ts';
import { createCompiler } from '../src/context/compile.ts';
import type { Database } from '../src/database/database.ts';
import { PlannedStatements } from '../src/database/planned-statements.ts';
import { ReplicaReads } from '../src/database/replica/replica-reads.ts';
import { SqlParameters } from '../src/database/sql-parameters.ts';
import { KnownNames } from '../src/entities/discovery/known-names.ts';
import { RecentMaps } from '../src/entities/map/recent-maps.ts';
import { NarrowQueries } from '../src/entities/read/fast/narrow-queries.ts';
import { MIN_OFFSET, PagePositions } from '../src/entities/read/page-positions.ts';
import { hitPath } from '../src/entities/read/q-sql/path-sql.ts';
import { indexedValueOf } from '../src/entities/read/q-sql/q-condition.ts';
import { SlowPasses } from '../src/entities/read/slow-passes.ts';
import { EntityCache } from '../src/entities/write-lane/entity-cache.ts';
import { AnswerCache } from '../src/federation/calls/answer-cache.ts';
import { Federation } from '../src/federation/calls/federation.ts';
import { SourceClient } from '../src/federation/calls/source-client.ts';
import { sourceAliases } from '../src/federation/calls/via.ts';
import { expandOperations } from '../src/federation/registrations/operation-names.ts';
import type { Registration } from '../src/federation/registrations/registration.ts';
import { readYourWrites } from '../src/http/server/read-your-writes.ts';
import { createBroker } from '../src/main.ts';
import { documentOf } from '../src/model/document.ts';
import type { Entity } from '../src/model/entity.ts';
import { representTexts } from '../src/model/represent/fast/represent-text.ts';
import { AccessTokens } from '../src/notifications/http/access-tokens.ts';
import { parsePattern } from '../src/query/pattern.ts';
import { parseQ } from '../src/query/q/q-parser.ts';
import { SnapshotSpaces } from '../src/snapshots/snapshot-spaces.ts';
import { endSnapshots, SnapshotStore } from '../src/snapshots/snapshot-store.ts';
import { PatternBuckets } from '../src/subscriptions/index/pattern-buckets.ts';
import { AUDIENCE, startIssuer } from './access/issuer.ts';
import { eachDatabase, fillCache, freshTenant } from './support/index.ts';

const UNUSED: never = undefined as never;
const MIB = 1024 * 1024;
const long = (characters: number, n: number) => `${'x'.repeat(characters)}${n}`;

const AT = '2026-01-01T00:00:00.000Z';
const lamp = (attribute: string): Entity => ({
  id: 'urn:ngsi-ld:Lamp:1',
  types: ['https://example.org/Lamp'],
  createdAt: AT,
  modifiedAt: AT,
  attributes: { [attribute]: [{ type: 'Property', value: 1, createdAt: AT, modifiedAt: AT }] },
});
const source = (n: number, management: object) =>
  ({
    tenant: '',
    id: long(5000, n),
    endpoint: 'http://127.0.0.1:1',
    contextSourceInfo: [],
    management,
  }) as unknown as Registration;

/** The request that fills each cache, by the name of the cache; the database is empty. */
const FILLS: { readonly [cache: string]: (db: Database) => Promise<void> } = {
  query_paths: () => {
    const target = { kind: 'value', names: ['https://example.org/a'], members: [] } as const;
    const rules = { withoutRelationships: false, withoutArrays: false };
    return fillCache('query_paths', 500, (n) => hitPath(target, `@ == "${long(3000, n)}"`, rules));
  },
  indexed_values: () => {
    const scope = { params: new SqlParameters([]), row: 'entity', at: AT, isPrepared: true };
    return fillCache('indexed_values', 800, (n) => indexedValueOf(long(900, n), scope));
  },
  maps: () => {
    const recent = new RecentMaps({ hasOtherProcesses: false });
    const filter = { scopes: [], only: new Map(), needsAttention: false };
    const named = { name: 'name', address: 'address' };
    return fillCache('maps', 400, (n) => {
      const request = { layers: [], filter: { ...filter, words: [long(5000, n)] }, zoom: 11, named };
      return recent.view(systemCaller(''), request, false, async () => ({ shows: 'cells' }));
    });
  },
  page_positions: () => {
    const positions = new PagePositions();
    return fillCache('page_positions', 700, (n) => positions.note(long(10_000, n), MIN_OFFSET, 'urn:x'));
  },
  statement_texts: () => {
    const statements = new PlannedStatements();
    return fillCache('statement_texts', 300, (n) => statements.statement(long(19_000, n), []));
  },
  narrow_queries: async (db) => {
    const narrow = new NarrowQueries(db);
    const place = { type: 'Point', coordinates: [6, 49] } as const;
    const geoQ = {
      kind: 'near',
      bound: 'max',
      metres: 1,
      reference: place,
      geoproperty: 'https://uri.etsi.org/ngsi-ld/location',
    };
    await fillCache('narrow_queries', 80, (n) => {
      const terms = Array.from({ length: 60 }, (_, term) => `a${term}${(n >> (term % 8)) % 2 === 0 ? '==' : '>'}1`);
      const q = parseQ(terms.join(';'), { attribute: (name: string) => `https://example.org/${name}` } as never);
      const query = { geoQ, q, limit: 1, offset: 0, count: false } as never;
      return narrow.page('', query, AT, 'document');
    });
  },
  slow_queries: () => {
    const passes = new SlowPasses();
    return fillCache('slow_queries', 150, (n) =>
      passes.run(
        long(5000, n),
        () => undefined,
        async () => {},
      ),
    );
  },
  known_names: (db) => {
    const names = new KnownNames(db);
    return fillCache('known_names', 900, (n) => names.of(long(10_000, n)));
  },
  ordered_sources: () => {
    const federation = new Federation(UNUSED, UNUSED, UNUSED);
    return fillCache('ordered_sources', 500, (n) =>
      federation.noteOrder({ endpoint: long(5000, n) } as Registration, true),
    );
  },
  source_aliases: () => {
    const aliasOf = sourceAliases('this broker');
    return fillCache('source_aliases', 500, (n) => aliasOf(long(5000, n)));
  },
  source_cooldowns: async () => {
    const client = new SourceClient({
      agent: UNUSED,
      refusal: async () => 'it may not be asked',
      contexts: UNUSED,
      registrations: { count: () => {} },
      aliasOf: () => 'alias',
      timeoutMs: 1000,
      forwarded: new Set(),
    });
    const { core } = await createCompiler(coreContext['@context'] as Record<string, unknown>);
    const origin = { tenant: '', context: core, headers: {}, via: { aliases: new Set() } } as never;
    const make = () => ({ method: 'GET', path: '/entities', query: {} }) as never;
    await fillCache('source_cooldowns', 300, (n) => client.send(source(n, { cooldownMs: 60_000 }), origin, make));
  },
  operation_sets: () =>
    fillCache('operation_sets', 1000, (n) => expandOperations(Array(100 + n).fill('retrieveEntity'), 'inclusive')),
  rate_windows: (db) => {
    const metering = new Metering(usageStore(db), (error) => assert.fail(String(error)));
    const limits = [{ requests: 10, per: 'hour' }] as const;
    return fillCache('rate_windows', 3000, (n) => metering.admit('anonymous', limits, long(10_000, n)));
  },
  matching_patterns: () => {
    const buckets = new PatternBuckets();
    buckets.bucketOf(parsePattern('lamp', 'idPattern'));
    return fillCache('matching_patterns', 2000, (n) => buckets.matching(long(10_000, n)));
  },
  endpoint_tokens: async () => {
    const server = createServer((_request, response) =>
      response.end(JSON.stringify({ access_token: 't'.repeat(50_000), expires_in: 3600 })),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const pool = new Agent();
    try {
      const tokens = new AccessTokens(pool, 'open');
      const { port } = server.address() as { port: number };
      await fillCache('endpoint_tokens', 250, async (n) => {
        const info = {
          'OAuth2-Token-URL': `http://127.0.0.1:${port}`,
          'OAuth2-Client-Id': `${n}`,
          'OAuth2-Client-Secret': 's',
        };
        const given = Object.entries(info).map(([key, value]) => ({ key, value }));
        assert.equal((await tokens.get(given))?.length, 50_000);
      });
    } finally {
      await pool.close();
      server.close();
    }
  },
  snapshot_spaces: async (db) => {
    const store = new SnapshotStore(db, () => undefined);
    const tenant = freshTenant();
    const createdAt = new Date();
    const expiresAt = new Date(createdAt.getTime() + 60 * 60_000);
    const spaces = await SnapshotSpaces.open(db, store);
    await fillCache('snapshot_spaces', 300, async (n) => {
      const [id, space] = [long(10_000, n), `${tenant}@${n}`];
      await store.insert({ tenant, id, space, document: { snapshotPriority: 1 }, createdAt, expiresAt });
      await store.finish(space, { status: 'success' });
      assert.equal((await spaces.find(tenant, id))?.space, space);
    });
    await spaces.close();
    await endSnapshots(db, tenant);
  },
  client_positions: async (db) => {
    const app = Fastify();
    readYourWrites(app, new ReplicaReads(db, [], pino({ level: 'silent' })), { hasOtherProcesses: false });
    app.post('/', { config: { operation: 'createEntity' } as never }, async () => '');
    await fillCache('client_positions', 1200, (n) =>
      app.inject({ method: 'POST', url: '/', remoteAddress: long(10_000, n) }),
    );
    await app.close();
  },
};

eachDatabase('A cache that requests can fill', (test, { kind }) => {
  if (kind === 'postgres') return; // independent of the database
  for (const [cache, fillIt] of Object.entries(FILLS)) {
    test(`has a limit in bytes: ${cache}`, (_t, db) => fillIt(db));
  }

  test('has a limit in bytes: credentials and grants', async (t, db) => {
    const issuer = await startIssuer(t);
    const access = new Access({
      store: accessStore(db),
      usage: usageStore(db),
      issuers: [issuer.url],
      roleIssuers: [],
      audiences: [AUDIENCE],
      isShared: false,
      onError: (error) => assert.fail(String(error)),
    });
    await access.start();
    t.after(() => access.close());
    const groups = Array.from({ length: 40 }, (_, n) => long(100, n));
    const grants = () => cacheUses('broker').grants as CacheUse;
    await fillCache('credentials', 1800, async (n) => {
      const principal = await access.authenticate({
        authorization: `Bearer ${await issuer.token({ sub: `${n}`, groups })}`,
        apiKey: undefined,
        address: '127.0.0.1',
      });
      for (const tenant of ['a', 'b', 'c']) access.grant(principal, tenant);
      assert.ok(grants().bytes <= grants().mostBytes);
    });
  });

  test('has a limit in bytes: names and beginnings shown in the terms of a @context', async () => {
    let most = 0;
    let wasEmptied = false;
    let before = 0;
    for (let n = 0; n < 12_000; n++) {
      const name = `https://example.org/${long(200, n)}`;
      const text = `{"id":"urn:x","type":"Lamp","${name}":{"type":"Property","value":1}}`;
      representTexts(text, { isCore: false, compact: (iri: string) => long(1800, iri.length) } as never, 'normalized');
      const { bytes, mostBytes } = cacheUses('broker').shown_names as CacheUse;
      assert.ok(bytes <= mostBytes + MIB, `${bytes} bytes`);
      most = Math.max(most, bytes);
      wasEmptied ||= bytes < before;
      before = bytes;
    }
    assert.ok(wasEmptied, `at most ${most} bytes`);
  });

  test('has a limit in bytes: entities, and answers of sources', async () => {
    const entities = new EntityCache(100_000, MIB);
    for (let n = 0; n < 5000; n++) entities.set(`${n}`, documentOf(lamp(long(900, n))), n);
    assert.ok(entities.use.bytes <= MIB && entities.use.entries < 5000, JSON.stringify(entities.use));
    const answers = new AnswerCache();
    const registration = source(1, { cacheMs: 60_000 });
    for (let n = 0; n < 100; n++) answers.keep(registration, `${n}`, { bytes: MIB } as never);
    assert.ok(answers.use.bytes <= answers.use.mostBytes && answers.use.entries < 100, JSON.stringify(answers.use));
    for (let n = 0; n < 12_000; n++) answers.forget(source(n, { cacheMs: 60_000 }));
    assert.equal(
      answers.get(registration, '99'),
      undefined,
      'answers from before the numbers of writes were forgotten',
    );
  });

  test('is tested by this file', async (t, db) => {
    const broker = await createBroker({ db, publicUrl: 'http://127.0.0.1', logger: pino({ level: 'silent' }) });
    t.after(() => broker.close());
    // The tests of @contexts, of analyses and of a cluster fill their own caches.
    const ofCluster = ['tenant_places', 'node_statements'];
    const elsewhere = ['credentials', 'grants', 'shown_names', 'entities', 'source_answers', 'analyses', ...ofCluster];
    const ofContexts = ['contexts', 'context_terms', 'context_names', 'context_documents', 'context_failures'];
    const shown = await broker.metrics();
    const names = new Set([...shown.matchAll(/cache_entries\{[^}]*cache="(\w+)"/g)].map(([, name]) => name as string));
    assert.ok(names.size > 10, [...names].join(' '));
    const filled = new Set([...Object.keys(FILLS), ...elsewhere, ...ofContexts]);
    assert.deepEqual(
      [...names].filter((name) => !filled.has(name)),
      [],
    );
  });
});
