import assert from 'node:assert/strict';
import { eachHistoryDatabase, freshTenant } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import type { Database } from '../../src/database/database.ts';
import { createWriteLane } from '../../src/entities/write-lane/lane.ts';
import { RollupJob } from '../../src/history/rollups/rollup-job.ts';
import { unfoldInitialInstances } from '../../src/history/rows/initial-instances.ts';
import { startTemporalBroker, type TemporalBroker } from './temporal-broker.ts';

const SILENT = { warn: (fields: object, message: string) => assert.fail(`${message} ${JSON.stringify(fields)}`) };
const STARTED = Date.now() - 3_600_000;

function lamp(id: string): Record<string, unknown> {
  const at = (hour: number, value: number, more = {}) => {
    const observedAt = `2026-02-03T${String(hour).padStart(2, '0')}:30:00Z`;
    return { type: 'Property', value, observedAt, ...more };
  };
  return {
    id,
    type: 'Lamp',
    scope: '/Villerupt',
    level: { type: 'Property', value: 3 },
    temperature: at(10, 21.5, { unitCode: 'CEL', accuracy: { type: 'Property', value: 0.5 } }),
    name: { type: 'Property', value: 'Lampe 7' },
    cabinet: { type: 'Relationship', object: 'urn:ngsi-ld:Cabinet:1' },
    flow: [
      at(9, 1),
      at(10, 5, { datasetId: 'urn:ngsi-ld:Dataset:a' }),
      at(11, 7, { datasetId: 'urn:ngsi-ld:Dataset:b' }),
    ],
    location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [5.95, 49.47] } },
  };
}

const AGGREGATES = 'format=aggregatedValues&aggrMethods=totalCount,distinctCount,sum,avg,min,max';
const SUMS = 'format=aggregatedValues&aggrMethods=totalCount,sum,avg,min,max';
const DAY = 'timerel=between&timeAt=2026-02-03T00:00:00Z&endTimeAt=2026-02-04T00:00:00Z';
const SINCE = 'timerel=after&timeAt=2026-01-01T00:00:00Z';
const NUMBERS = 'attrs=temperature,flow';

/** All requests that read the history of one entity. */
const READS: readonly ((id: string) => string)[] = [
  ...[
    '',
    'attrs=level',
    'attrs=temperature,flow&options=sysAttrs',
    'lastN=1',
    'timerel=after&timeAt=2026-02-03T10:00:00Z',
    'timerel=before&timeAt=2026-02-03T10:00:00Z',
    `${DAY}&timeproperty=observedAt`,
    'timeproperty=modifiedAt',
    'timeproperty=createdAt&format=temporalValues',
    'datasetId=urn:ngsi-ld:Dataset:a',
    `${SUMS}&aggrPeriodDuration=PT0S&${NUMBERS}`,
    `${SUMS}&aggrPeriodDuration=PT1H&${NUMBERS}`,
    `${SUMS}&aggrPeriodDuration=P1D&${NUMBERS}&${DAY}`,
    `${SUMS}&aggrPeriodDuration=P1M&${NUMBERS}&timerel=before&timeAt=2026-03-01T00:00:00Z`,
    `${SUMS}&aggrPeriodDuration=PT10M&${NUMBERS}&${DAY}`,
    `${AGGREGATES}&aggrPeriodDuration=PT1H&${NUMBERS}`,
    'format=aggregatedValues&aggrMethods=totalCount&aggrPeriodDuration=PT1H&timeproperty=modifiedAt',
    'format=aggregatedValues&aggrMethods=distinctCount&aggrPeriodDuration=PT10M&attrs=name,cabinet,level&timeproperty=modifiedAt',
  ].map((query) => (id: string) => `/temporal/entities/${id}?${query}`),
  ...[
    `${SINCE}&q=temperature>21;flow==5`,
    `${SINCE}&timeproperty=modifiedAt&q=name=="Lampe 7"`,
    `${SINCE}&attrs=flow`,
    `${DAY}&q=flow>=7`,
    `${SINCE}&timeproperty=modifiedAt&georel=near;maxDistance==10&geometry=Point&coordinates=[5.95,49.47]`,
    `${SINCE}&scopeQ=/Villerupt`,
    `${SINCE}&q=temperature>22`,
  ].map((query) => (id: string) => `/temporal/entities?id=${id}&type=Lamp&count=true&${query}`),
];

/** Requests in which changes are visible. */
const CHANGED_READS = READS.filter((_, n) => [0, 3, 7, 10, 11, 12, 14, 18].includes(n));

/** Removes timestamps and numbers that depend on the run. */
function comparable(body: string): unknown {
  const text = body
    .replace(/"(\d{4}-\d\d-\d\dT[\d:.]+Z)"/g, (time) => (Date.parse(time.slice(1, -1)) > STARTED ? '"now"' : time))
    .replace(/"urn:ngsi-ld:Instance:-?\d+"/g, '"instance"');
  return text === '' ? text : JSON.parse(text);
}

eachHistoryDatabase('The initial state of an entity', (test) => {
  /** Two tenants with the same data; in one of them the initial instances are expanded to rows. */
  async function begin(db: Database) {
    const [folded, unfolded] = [freshTenant(), freshTenant()];
    const brokers = [await startTemporalBroker(db, folded), await startTemporalBroker(db, unfolded)] as const;
    const job = new RollupJob(db, SILENT);
    let entities = 0;
    const count = async (table: string, tenant: string, id: string) => {
      const text = `SELECT count(*) AS n FROM ${table} WHERE tenant = $1 AND entity_id = $2`;
      return (await db.query<{ n: number }>({ text, values: [tenant, id] })).rows[0]?.n;
    };
    return {
      folded,
      job,
      count,
      async create(): Promise<string> {
        const id = `urn:ngsi-ld:Lamp:${++entities}`;
        for (const { ask } of brokers) assert.equal((await ask('POST', '/entities', lamp(id))).statusCode, 201);
        await unfoldInitialInstances(db, unfolded, [id]);
        assert.equal(await count('birth', folded, id), 1);
        assert.equal(await count('birth', unfolded, id), 0);
        return id;
      },
      async alike(work: (ask: TemporalBroker['ask'], tenant: string) => Promise<{ statusCode: number; body: string }>) {
        const [one, other] = [await work(brokers[0].ask, folded), await work(brokers[1].ask, unfolded)];
        assert.equal(one.statusCode, other.statusCode, `${one.body}\n${other.body}`);
        assert.deepEqual(comparable(one.body), comparable(other.body));
        return one;
      },
      async close() {
        await job.close();
        for (const broker of brokers) await broker.close();
      },
    };
  }

  test('are read in every way like rows of the history, and become rows', async (t, db) => {
    const { create, alike, count, folded, close } = await begin(db);
    t.after(close);
    for (const read of READS) {
      const id = await create();
      const { statusCode, body } = await alike((ask) => ask('GET', read(id)));
      assert.equal(statusCode, 200, `${read(id)}: ${body}`);
      assert.equal(JSON.parse(body).length === 0, read(id).endsWith('q=temperature>22'), read(id));
    }
    const id = await create();
    const { body } = await alike((ask) => ask('GET', `/temporal/entities/${id}`));
    const ids = body.match(/urn:ngsi-ld:Instance:-?\d+/g) as string[];
    assert.equal(new Set(ids).size, 9, 'of six attributes, one of them with three instances, and the scope');
    await eventually('rows of their own', async () => (await count('birth', folded, id)) === 0);
    const again = await alike((ask) => ask('GET', `/temporal/entities/${id}`));
    assert.deepEqual(again.body.match(/urn:ngsi-ld:Instance:-?\d+/g), ids);
    assert.equal(await count('history', folded, id), 9);
  });

  const changes: {
    readonly [title: string]: (
      id: string,
      ask: TemporalBroker['ask'],
      instance: (name: string) => Promise<string>,
    ) => Promise<{ statusCode: number; body: string }>;
  } = {
    'an instance is corrected': async (id, ask, instance) =>
      ask('PATCH', `/temporal/entities/${id}/attrs/temperature/${await instance('temperature')}`, {
        temperature: { type: 'Property', value: 99, observedAt: '2026-02-03T12:30:00Z' },
      }),
    'an instance is deleted': async (id, ask, instance) =>
      ask('DELETE', `/temporal/entities/${id}/attrs/temperature/${await instance('temperature')}`),
    'an attribute is deleted': (id, ask) => ask('DELETE', `/temporal/entities/${id}/attrs/temperature`),
    'a dataset is deleted': (id, ask) =>
      ask('DELETE', `/temporal/entities/${id}/attrs/flow?datasetId=urn:ngsi-ld:Dataset:b`),
    'an instance is given in its place': (id, ask) =>
      ask('POST', `/temporal/entities/${id}/attrs`, {
        temperature: { type: 'Property', value: -5, observedAt: '2026-02-03T10:30:00Z' },
      }),
    'the evolution is deleted': (id, ask) => ask('DELETE', `/temporal/entities/${id}`),
    'the entity changes': (id, ask) =>
      ask('PATCH', `/entities/${id}/attrs`, {
        temperature: { type: 'Property', value: 30, observedAt: '2026-02-03T10:40:00Z' },
      }),
    'the entity is deleted, and instances are given': async (id, ask) => {
      await ask('DELETE', `/entities/${id}`);
      return ask('POST', `/temporal/entities/${id}/attrs`, {
        flow: { type: 'Property', value: 2, observedAt: '2026-02-03T09:30:00Z' },
      });
    },
    'the entity is deleted, and comes to be again': async (id, ask) => {
      await ask('DELETE', `/entities/${id}`);
      return ask('POST', '/entities', { ...lamp(id), flow: { type: 'Property', value: 8 } });
    },
  };

  for (const [title, change] of Object.entries(changes)) {
    test(`stays right when ${title}`, async (t, db) => {
      const { create, alike, job, close } = await begin(db);
      t.after(close);
      for (const isSettled of [false, true]) {
        const id = await create();
        if (isSettled) await job.settled();
        const { statusCode, body } = await alike((ask, tenant) =>
          change(id, ask, async (name) => {
            const { rows } = await db.query<{ n: number }>({
              text: `SELECT n FROM evolution WHERE tenant = $1 AND entity_id = $2 AND attribute LIKE '%/' || $3`,
              values: [tenant, id, name],
            });
            return `urn:ngsi-ld:Instance:${rows[0]?.n}`;
          }),
        );
        assert.ok(statusCode < 300, body);
        for (const read of CHANGED_READS) await alike((ask) => ask('GET', read(id)));
        await job.settled();
        for (const read of CHANGED_READS) await alike((ask) => ask('GET', read(id)));
      }
    });
  }

  test('is removed by retention, and stays in the sums', async (t, db) => {
    const { create, alike, count, folded, close } = await begin(db);
    t.after(close);
    const id = await create();
    const broker = await startTemporalBroker(db, folded);
    t.after(() => broker.close());
    const ops = (method: 'PUT' | 'POST' | 'GET', url: string, payload?: object) =>
      broker.broker.app.inject({ method, url: `/ops/history${url}`, headers: { 'ngsild-tenant': folded }, payload });
    await ops('PUT', '/retention', { rawDays: 2 });
    while ((await ops('POST', '/retention/runs')).statusCode !== 202)
      await new Promise((resolve) => setTimeout(resolve, 50));
    for (;;) {
      const [run] = (await ops('GET', '/retention/runs')).json();
      if (run.state === 'done') break;
      assert.equal(run.state, 'running', run.error);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.equal(await count('birth', folded, id), 0);
    assert.equal(await count('evolution', folded, id), 5, 'what has no observedAt is of today');
    const hours = `/temporal/entities/${id}?${SUMS}&aggrPeriodDuration=P1D&${NUMBERS}&${DAY}`;
    const { body } = await alike((ask) => ask('GET', hours));
    assert.deepEqual(JSON.parse(body).temperature.sum, [[21.5, '2026-02-03T00:00:00Z', '2026-02-04T00:00:00Z']]);
  });

  test('comes after the end of one that was deleted in the same millisecond', async (_t, db) => {
    const tenant = freshTenant();
    const at = new Date();
    const lane = createWriteLane(db, { now: () => at });
    const id = 'urn:ngsi-ld:Lamp:1';
    const createdAt = at.toISOString();
    const level = { type: 'Property', value: 1, createdAt, modifiedAt: createdAt } as const;
    const entity = { id, types: ['https://example.org/Lamp'], createdAt, modifiedAt: createdAt };
    const create = () =>
      lane.write(tenant, id, () => ({
        after: { ...entity, attributes: { 'https://example.org/level': [level] } },
        result: null,
      }));
    await create();
    await lane.write(tenant, id, () => ({ after: undefined, result: null }));
    await create();
    const { rows } = await db.query<{ kind: string }>({
      text: 'SELECT kind FROM evolution WHERE tenant = $1 ORDER BY at, modified_at, n',
      values: [tenant],
    });
    assert.deepEqual(
      rows.map(({ kind }) => kind),
      ['attributeCreated', 'attributeDeleted', 'attributeCreated'],
    );
  });
});
