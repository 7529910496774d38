import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { createBroker } from '@alzette/broker';
import { eachDatabase, freshTenant } from '@alzette/broker/test-support';
import { systemCaller } from '../../src/access/caller.ts';
import type { Database, Statement } from '../../src/database/database.ts';
import { queryEntities } from '../../src/entities/read/entity-queries.ts';
import { createWriteLane } from '../../src/entities/write-lane/lane.ts';
import { adviceOn, IndexAdviser } from '../../src/indexes/index-adviser.ts';
import { comparisonsOf } from '../../src/indexes/index-adviser-observations.ts';
import type { Entity } from '../../src/model/entity.ts';
import type { NameExpander } from '../../src/model/names.ts';
import type { StoredQuery } from '../../src/query/entity-query.ts';
import { parseQ } from '../../src/query/q/q-parser.ts';

const STATUS = 'https://example.org/status';
const LEVEL = 'https://example.org/level';
const names = {
  attribute: (term: string) => `https://example.org/${term}`,
  type: (term: string) => `https://example.org/${term}`,
} as NameExpander; // other members are not used
const SETTINGS = {
  maxIndexes: 1000,
  leastEntities: 100,
  leastQueries: 5,
  slowMs: 0,
  leastTotalMs: 0,
  reviewEveryMs: 3_600_000,
};
const log = {
  info() {},
  warn: (fields: object, message: string) => assert.fail(`${message} ${JSON.stringify(fields)}`),
};

function freshType(): string {
  return `https://example.org/Type${randomUUID().slice(0, 8)}`;
}

async function store(db: Database, tenant: string, type: string, values: readonly unknown[], start = 0) {
  await createWriteLane(db).writeAll(
    tenant,
    values.map((value, n) => ({
      entityId: `urn:${type.slice(-8)}:${start + n}`,
      decide: (_before: Entity | undefined, at: string) => {
        const instance = (value: unknown) => [{ type: 'Property' as const, value, createdAt: at, modifiedAt: at }];
        const attributes = { [STATUS]: instance(value), [LEVEL]: instance(start + n) };
        const id = `urn:${type.slice(-8)}:${start + n}`;
        return { after: { id, types: [type], createdAt: at, modifiedAt: at, attributes }, result: null };
      },
    })),
  );
}

function query(type: string, q: string): StoredQuery {
  const selectors = [{ types: { kind: 'anyOf' as const, groups: [[type]] } }];
  return { selectors, q: parseQ(q, names), limit: 21, offset: 0, count: false };
}

/** Reviews until the type has an index: one is created at a time, and other tests have pending advice. */
async function reviewUntilMade(adviser: IndexAdviser, type: string): Promise<void> {
  for (let n = 0; n < 100; n++) {
    await adviser.review();
    if ((await adviser.report()).indexes.some((index) => index.type === type)) return;
  }
}

async function planOf(db: Database, tenant: string, asked: StoredQuery): Promise<string> {
  let statement: Statement | undefined;
  const noting = {
    ...db,
    query: <Row>(given: Statement) => {
      statement = given;
      return db.query<Row>(given);
    },
  };
  await queryEntities(noting, systemCaller(tenant), asked);
  const { text, values } = statement as unknown as Statement; // a query executes at least one statement
  const { rows } = await db.query<{ 'QUERY PLAN': string }>({ text: `EXPLAIN ${text}`, ...(values && { values }) });
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

eachDatabase('Index adviser', (test) => {
  test('creates an index for frequent queries, and queries use it', async (t, db) => {
    const tenant = freshTenant();
    const type = freshType();
    const adviser = new IndexAdviser(db, log, 'auto', SETTINGS);
    t.after(() => adviser.close());
    await store(
      db,
      tenant,
      type,
      Array.from({ length: 3000 }, (_, n) => `s${n % 1500}`),
    );
    const asked = query(type, 'status=="s7"');
    for (let n = 0; n < 5; n++) assert.equal((await queryEntities(db, systemCaller(tenant), asked)).entities.length, 2);
    await reviewUntilMade(adviser, type);

    const { indexes, advice, observed } = await adviser.report();
    const index = indexes.find((index) => index.type === type);
    assert.deepEqual([index?.attribute, index?.madeBy], [STATUS, 'adviser']);
    assert.ok((index?.bytes ?? 0) > 0);
    assert.deepEqual(
      observed.filter((comparison) => comparison.type === type).map(({ operator, queries }) => [operator, queries]),
      [['==', 5]],
    );
    assert.equal(advice.find((demand) => demand.type === type)?.reason, 'It has an index');
    const plan = await planOf(db, tenant, asked);
    assert.match(plan, new RegExp(`${index?.name}_value`));
    assert.match(plan, new RegExp(`${index?.name}_rest`));
    assert.equal((await queryEntities(db, systemCaller(tenant), asked)).entities.length, 2);
  });

  test('an index serves ranges of numbers, and neither it nor queries fail on long values', async (t, db) => {
    const tenant = freshTenant();
    const type = freshType();
    const adviser = new IndexAdviser(db, log, 'advise', SETTINGS);
    t.after(() => adviser.close());
    await store(
      db,
      tenant,
      type,
      Array.from({ length: 3000 }, (_, n) => `s${n}`),
    );
    await adviser.make({ type, attribute: STATUS });
    const level = await adviser.make({ type, attribute: LEVEL });
    await adviser.idle();
    assert.match(await planOf(db, tenant, query(type, 'level==10..20')), new RegExp(`${level}_value`));
    assert.equal((await queryEntities(db, systemCaller(tenant), query(type, 'level==10..20'))).entities.length, 11);
    assert.equal((await queryEntities(db, systemCaller(tenant), query(type, 'level>2990'))).entities.length, 9);

    const long = Array.from({ length: 300 }, () => randomUUID()).join('');
    await store(db, tenant, type, [long, [long], { text: long }, long.slice(0, 400)], 5000);
    const find = async (text: string) => {
      const { entities } = await queryEntities(db, systemCaller(tenant), query(type, `status=="${text}"`));
      return entities.map(({ id }) => id.slice(-4));
    };
    assert.deepEqual(await find(long), ['5000', '5001']);
    assert.deepEqual(await find(long.slice(0, 400)), ['5003']);
  });

  test('creates none if it may only advise, and none that an operator dropped', async (t, db) => {
    const tenant = freshTenant();
    const type = freshType();
    await store(
      db,
      tenant,
      type,
      Array.from({ length: 200 }, (_, n) => n),
    );
    const ask = async () => {
      for (let n = 0; n < 5; n++) await queryEntities(db, systemCaller(tenant), query(type, 'status>190'));
    };
    const advising = new IndexAdviser(db, log, 'advise', SETTINGS);
    await ask();
    await advising.review();
    const ofType = async () => (await advising.report()).indexes.find((index) => index.type === type);
    assert.equal(await ofType(), undefined);
    assert.equal((await advising.report()).advice.find((demand) => demand.type === type)?.advised, true);
    await advising.close();

    const adviser = new IndexAdviser(db, log, 'auto', SETTINGS);
    t.after(() => adviser.close());
    await reviewUntilMade(adviser, type);
    const { name } = (await ofType()) ?? assert.fail('there is no index');
    await adviser.drop(name);
    await ask();
    await adviser.review();
    assert.equal(await ofType(), undefined);
    const { rows } = await db.query({ text: `SELECT FROM pg_indexes WHERE indexname LIKE $1`, values: [`${name}%`] });
    assert.equal(rows.length, 0);
    await assert.rejects(adviser.drop(name), { type: 'ResourceNotFound' });
    assert.match((await advising.report()).advice.find((demand) => demand.type === type)?.reason ?? '', /operator/);
  });

  test('drops one of its own that was not used for a week, and creates it again when it is needed', async (t, db) => {
    const tenant = freshTenant();
    const type = freshType();
    await store(
      db,
      tenant,
      type,
      Array.from({ length: 200 }, (_, n) => n),
    );
    const adviser = new IndexAdviser(db, log, 'auto', SETTINGS);
    t.after(() => adviser.close());
    const ask = async () => {
      for (let n = 0; n < 5; n++) await queryEntities(db, systemCaller(tenant), query(type, 'status>190'));
    };
    const ofType = async () => (await adviser.report()).indexes.find((index) => index.type === type);
    await ask();
    await reviewUntilMade(adviser, type);
    await adviser.idle();
    await db.query({ text: 'DELETE FROM observed_query WHERE type = $1', values: [type] });
    await adviser.review();
    assert.ok(await ofType(), 'one that was made today is kept');
    await db.query({
      text: `UPDATE attribute_index SET made_at = now() - interval '8 days' WHERE type = $1`,
      values: [type],
    });
    for (let n = 0; n < 100 && (await ofType()) !== undefined; n++) await adviser.review();
    assert.equal(await ofType(), undefined);
    await ask();
    await reviewUntilMade(adviser, type);
    assert.ok(await ofType());
  });

  test('observes the queries of clients', async (_t, db) => {
    const broker = await createBroker({ db, publicUrl: 'http://localhost:1026', indexAdviser: 'advise' });
    const type = freshType();
    const asked = await broker.app.inject({ url: '/ngsi-ld/v1/entities', query: { type, q: 'temperature>20' } });
    assert.equal(asked.statusCode, 200, asked.body);
    await broker.close(); // records its observations
    const { rows } = await db.query({ text: 'SELECT operator FROM observed_query WHERE type = $1', values: [type] });
    assert.deepEqual(rows, [{ operator: '>' }]);
  });

  test('an operator creates, sees and drops an index over HTTP', async (t, db) => {
    const broker = await createBroker({ db, publicUrl: 'http://localhost:1026', indexAdviser: 'advise' });
    t.after(() => broker.close());
    const type = freshType();
    const post = (payload: object) => broker.app.inject({ method: 'POST', url: '/ops/indexes', payload });
    const made = await post({ type, attribute: 'temperature' });
    assert.equal(made.statusCode, 202, made.body);
    const location = made.headers.location as string;
    const indexes = async () => {
      const { mode, indexes } = (await broker.app.inject('/ops/indexes')).json();
      assert.equal(mode, 'advise');
      return indexes.filter((index: { type: string }) => index.type === type);
    };
    while ((await indexes()).length === 0);
    const [index] = await indexes();
    assert.equal(index.attribute, 'https://uri.etsi.org/ngsi-ld/default-context/temperature');
    assert.equal(index.madeBy, 'operator');
    const again = await post({ type, attribute: 'temperature' });
    assert.equal(again.statusCode, 409, again.body);
    const drop = () => broker.app.inject({ method: 'DELETE', url: location });
    assert.equal((await drop()).statusCode, 204);
    assert.equal((await drop()).statusCode, 404);
    assert.deepEqual(await indexes(), []);
    for (const [payload, detail] of [
      [{ attribute: 'temperature' }, /type: got nothing/],
      [{ type, attribute: 7 }, /attribute: got 7/],
      [{ type, attribute: 'temperature', size: 1 }, /size: got 1/],
      [[], /body/],
    ] as const) {
      const refused = await post(payload);
      assert.equal(refused.statusCode, 400, refused.body);
      assert.match(refused.json().detail, detail);
    }
  });
});

describe('Advice on indexes', () => {
  const demand = {
    type: 'https://example.org/Lamp',
    attribute: STATUS,
    entities: 50_000,
    queries: 1000,
    meanMs: 80,
    writes: 100,
    made: false,
    declined: false,
  };
  for (const [title, change, reason] of [
    ['asked often, slowly, and seldom written', {}, undefined],
    ['made already', { made: true }, /has an index/],
    ['dropped by an operator', { declined: true }, /operator/],
    ['few entities', { entities: 999 }, /entities/],
    ['few queries', { queries: 9, writes: 0 }, /queries/],
    ['fast', { meanMs: 2.9 }, /2\.9 ms/],
    ['little in all', { queries: 12 }, /960 ms of queries/],
    ['updated much more than asked', { writes: 399_999 }, undefined],
    ['updates would cost more than queries take', { writes: 400_001 }, /400001 updates .* 80000 ms/],
  ] as const) {
    test(`${title}: ${reason === undefined ? 'yes' : 'no'}`, () => {
      const advice = adviceOn({ ...demand, ...change }, 0);
      assert.equal(advice.advised, reason === undefined);
      if (reason) assert.match(advice.reason, reason);
    });
  }
  test('has a limit', () => assert.match(adviceOn(demand, 20).reason, /at most 20/));

  for (const [q, expected] of [
    ['a=="x"', ['==']],
    ['a==1..2;(b>3|c<=4)', ['..', '>', '<=']],
    ['a==1,2', ['==']],
    ['a!=1', []],
    ['a', []],
    ['a~="x"', []],
    ['a>"text"', []],
    ['a.b==1', []],
    ['a[b]==1', []],
    ['a.observedAt>2026-01-01T00:00:00Z', []],
  ] as const) {
    test(`observes ${expected.join(' ') || 'nothing'} in ${q}`, () => {
      assert.deepEqual(
        comparisonsOf(parseQ(q, names)).map(({ operator }) => operator),
        expected,
      );
    });
  }
});
