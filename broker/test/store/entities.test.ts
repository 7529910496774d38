import assert from 'node:assert/strict';
import { eachDatabase, freshTenant } from '@alzette/broker/test-support';
import { systemCaller } from '../../src/access/caller.ts';
import type { Database } from '../../src/database/database.ts';
import { queryEntities, retrieveEntity } from '../../src/entities/read/entity-queries.ts';
import { readEntity } from '../../src/entities/read/entity-reader.ts';
import { sumUpEntityCounts } from '../../src/entities/write-lane/entity-counts.ts';
import { createWriteLane } from '../../src/entities/write-lane/lane.ts';
import type { Entity } from '../../src/model/entity.ts';
import type { TypeSelection } from '../../src/query/type-selection.ts';

const LAMP = 'https://example.org/Lamp';
const DEVICE = 'https://example.org/Device';

async function store(db: Database, tenant: string, entities: Partial<Entity>[]): Promise<void> {
  const lane = createWriteLane(db);
  await lane.writeAll(
    tenant,
    entities.map((entity, n) => {
      const id = entity.id ?? `urn:ngsi-ld:Lamp:${n}`;
      return {
        entityId: id,
        decide: (_before: Entity | undefined, at: string) => ({
          after: { types: [LAMP], createdAt: at, modifiedAt: at, attributes: {}, ...entity, id },
          result: null,
        }),
      };
    }),
  );
}

const any = (...types: string[]): TypeSelection => ({ kind: 'anyOf', groups: types.map((type) => [type]) });

async function ids(db: Database, tenant: string, query: Partial<Parameters<typeof queryEntities>[2]>) {
  const page = await queryEntities(db, systemCaller(tenant), { limit: 100, offset: 0, count: false, ...query });
  return page.entities.map(({ id }) => id);
}

eachDatabase('Stored entities', (test) => {
  test('returns an entity as it was written, and none of another tenant', async (_t, db) => {
    const tenant = freshTenant();
    const entity: Entity = {
      id: 'urn:ngsi-ld:Lamp:é"\\',
      types: [LAMP, DEVICE],
      scopes: ['/Audun_le_Tiche', '/a"b\\c,{}'],
      createdAt: '2026-01-01T00:00:00.000Z',
      modifiedAt: '2026-01-02T00:00:00.000Z',
      attributes: {
        'https://example.org/odd': [
          {
            type: 'JsonProperty',
            value: { text: 'quotes " \\ \n \u2028 {}', list: [1, null, [true]] },
            createdAt: '2026-01-01T00:00:00.000Z',
            modifiedAt: '2026-01-01T00:00:00.000Z',
          },
        ],
      },
    };
    await store(db, tenant, [entity]);
    assert.deepEqual(await retrieveEntity(db, systemCaller(tenant), entity.id), entity);
    assert.deepEqual((await readEntity(db, tenant, entity.id, 'document'))?.entity, entity);
    assert.equal(await retrieveEntity(db, systemCaller(freshTenant()), entity.id), undefined);
    const { rows } = await db.query({ text: 'SELECT types, scopes FROM entity WHERE tenant = $1', values: [tenant] });
    assert.deepEqual(rows, [{ types: entity.types, scopes: entity.scopes }]);
  });

  test('pages through the matches in one order, and counts them', async (_t, db) => {
    const tenant = freshTenant();
    const all = Array.from({ length: 25 }, (_, n) => `urn:ngsi-ld:Lamp:${String(n).padStart(3, '0')}`);
    await store(
      db,
      tenant,
      [...all].reverse().map((id) => ({ id })),
    );
    await store(db, tenant, [{ id: 'urn:ngsi-ld:Device:1', types: [DEVICE] }]);
    const selectors = [{ types: any(LAMP) }];
    const pages: string[] = [];
    for (const offset of [0, 10, 20, 30]) pages.push(...(await ids(db, tenant, { selectors, limit: 10, offset })));
    assert.deepEqual(pages, all);
    const counted = await queryEntities(db, systemCaller(tenant), { selectors, limit: 2, offset: 0, count: true });
    assert.deepEqual([counted.entities.length, counted.count], [2, 25]);
    const countOnly = await queryEntities(db, systemCaller(tenant), { selectors, limit: 0, offset: 0, count: true });
    assert.deepEqual(countOnly, { entities: [], count: 25 });
  });

  test('finds by type, by several types at once, and by id', async (_t, db) => {
    const tenant = freshTenant();
    await store(db, tenant, [
      { id: 'urn:a', types: [LAMP] },
      { id: 'urn:b', types: [LAMP, DEVICE] },
      { id: 'urn:c', types: [DEVICE] },
    ]);
    assert.deepEqual(await ids(db, tenant, { selectors: [{ types: any(DEVICE) }] }), ['urn:b', 'urn:c']);
    assert.deepEqual(await ids(db, tenant, { selectors: [{ types: any(LAMP, DEVICE) }] }), ['urn:a', 'urn:b', 'urn:c']);
    const both: TypeSelection = { kind: 'anyOf', groups: [[LAMP, DEVICE]] };
    assert.deepEqual(await ids(db, tenant, { selectors: [{ types: both }] }), ['urn:b']);
    assert.deepEqual(await ids(db, tenant, { selectors: [{ ids: ['urn:c', 'urn:zz', 'urn:a'] }] }), ['urn:a', 'urn:c']);
    assert.deepEqual(await ids(db, tenant, {}), ['urn:a', 'urn:b', 'urn:c']);
  });

  test('never returns an expired entity', async (_t, db) => {
    const tenant = freshTenant();
    await store(db, tenant, [
      { id: 'urn:gone', expiresAt: '2020-01-01T00:00:00.000Z' },
      { id: 'urn:alive', expiresAt: '2120-01-01T00:00:00.000Z' },
    ]);
    assert.equal(await retrieveEntity(db, systemCaller(tenant), 'urn:gone'), undefined);
    assert.equal((await retrieveEntity(db, systemCaller(tenant), 'urn:alive'))?.id, 'urn:alive');
    const page = await queryEntities(db, systemCaller(tenant), { limit: 10, offset: 0, count: true });
    assert.deepEqual([page.entities.map(({ id }) => id), page.count], [['urn:alive'], 1]);
  });

  test('counts the entities of types after every kind of write, and after the counts are summed up', async (_t, db) => {
    const tenant = freshTenant();
    const later = '2120-01-01T00:00:00.000Z';
    const count = async (...types: string[]) => {
      const selectors = types.length === 0 ? [] : [{ types: any(...types) }];
      return (await queryEntities(db, systemCaller(tenant), { selectors, limit: 0, offset: 0, count: true })).count;
    };
    const counts = async () => [await count(LAMP), await count(DEVICE), await count(LAMP, DEVICE), await count()];
    await store(db, tenant, [
      { id: 'urn:a', types: [LAMP] },
      { id: 'urn:b', types: [LAMP, DEVICE] },
      { id: 'urn:c', types: [DEVICE], expiresAt: later },
    ]);
    assert.deepEqual(await counts(), [2, 2, 3, 3]);
    await store(db, tenant, [
      { id: 'urn:a', types: [LAMP, DEVICE] },
      { id: 'urn:b', types: [LAMP, DEVICE], expiresAt: later },
      { id: 'urn:c', types: [DEVICE] },
    ]);
    assert.deepEqual(await counts(), [2, 3, 3, 3]);
    await createWriteLane(db).write(tenant, 'urn:a', () => ({ after: undefined, result: null }));
    assert.deepEqual(await counts(), [1, 2, 2, 2]);

    for (let n = 0; n < 250; n++)
      await store(db, tenant, [{ id: `urn:n${n % 10}`, types: n < 240 ? [LAMP] : [DEVICE] }]);
    await sumUpEntityCounts(db);
    assert.deepEqual(await counts(), [1, 12, 12, 12]);
    for (let n = 0; n < 10; n++) {
      await createWriteLane(db).write(tenant, `urn:n${n}`, () => ({ after: undefined, result: null }));
    }
    assert.deepEqual(await counts(), [1, 2, 2, 2]);
  });

  test('following the links of a long answer returns each entity once, even if some are deleted', async (_t, db) => {
    const tenant = freshTenant();
    const all = Array.from({ length: 900 }, (_, n) => `urn:${String(n).padStart(4, '0')}`);
    await store(
      db,
      tenant,
      all.map((id) => ({ id })),
    );
    const page = (offset: number) => ids(db, tenant, { selectors: [{ types: any(LAMP) }], limit: 101, offset });
    const met: string[] = [];
    for (let offset = 0; ; offset += 100) {
      const found = await page(offset);
      met.push(...found.slice(0, 100));
      if (found.length <= 100) break;
      if (offset === 600)
        await createWriteLane(db).write(tenant, 'urn:0000', () => ({ after: undefined, result: null }));
    }
    assert.deepEqual(met, all);
    assert.equal((await page(400))[0], 'urn:0401');
  });

  test('a page that is requested repeatedly shows every change immediately', async (_t, db) => {
    const tenant = freshTenant();
    const names = ['urn:a', 'urn:b', 'urn:c'];
    const page = async () => {
      const selectors = [{ types: any(LAMP) }];
      const { entities } = await queryEntities(db, systemCaller(tenant), {
        selectors,
        limit: 21,
        offset: 0,
        count: false,
      });
      return entities.map(({ id, scopes }) => `${id} ${scopes?.[0]}`);
    };
    await store(
      db,
      tenant,
      names.map((id) => ({ id, scopes: ['/0'] })),
    );
    for (let n = 0; n < 60; n++) assert.deepEqual(await page(), ['urn:a /0', 'urn:b /0', 'urn:c /0']);
    await store(db, tenant, [{ id: 'urn:b', scopes: ['/1'] }]);
    assert.deepEqual(await page(), ['urn:a /0', 'urn:b /1', 'urn:c /0']);
    await createWriteLane(db).write(tenant, 'urn:a', () => ({ after: undefined, result: null }));
    assert.deepEqual(await page(), ['urn:b /1', 'urn:c /0']);
    await store(db, tenant, [{ id: 'urn:a', scopes: ['/2'] }]);
    assert.deepEqual(await page(), ['urn:a /2', 'urn:b /1', 'urn:c /0']);
  });
});
