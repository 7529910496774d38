import assert from 'node:assert/strict';
import { eachDatabase, freshTenant } from '@alzette/broker/test-support';
import type { Database } from '../../src/database/database.ts';
import { SqlParameters } from '../../src/database/sql-parameters.ts';
import { ensureCollation, orderClause } from '../../src/entities/read/q-sql/order-sql.ts';
import { createWriteLane } from '../../src/entities/write-lane/lane.ts';
import type { AttributeInstance, Entity } from '../../src/model/entity.ts';
import { type OrderingParameters, parseOrderBy } from '../../src/query/order/order-by.ts';
import { iri, names } from './names.ts';

const STAMP = '2026-01-01T00:00:00.000Z';

function instance(value: unknown, more: Partial<AttributeInstance> = {}): AttributeInstance {
  return { type: 'Property', value, createdAt: STAMP, modifiedAt: STAMP, ...more };
}

/** Writes one entity per letter and returns the letters in the requested order. */
async function ordered(
  db: Database,
  parameters: OrderingParameters,
  attributes: { readonly [letter: string]: { readonly [name: string]: readonly AttributeInstance[] } },
): Promise<string> {
  const tenant = freshTenant();
  const entities: Entity[] = Object.entries(attributes).map(([letter, given]) => ({
    id: `urn:${letter}`,
    types: [iri('Lamp')],
    createdAt: STAMP,
    modifiedAt: STAMP,
    attributes: Object.fromEntries(Object.entries(given).map(([name, instances]) => [iri(name), instances])),
  }));
  await createWriteLane(db).writeAll(
    tenant,
    entities.map((entity) => ({ entityId: entity.id, decide: () => ({ after: entity, result: undefined }) })),
  );
  const ordering = parseOrderBy(parameters, names);
  if (ordering) await ensureCollation(db, ordering);
  const params = new SqlParameters([tenant]);
  const { rows } = await db.query<{ id: string }>({
    text: `SELECT id FROM entity WHERE tenant = $1 ${orderClause(ordering, params)}`,
    values: params.values,
  });
  return rows.map(({ id }) => id.slice(4)).join('');
}

function values(all: { readonly [letter: string]: unknown }) {
  return Object.fromEntries(Object.entries(all).map(([letter, value]) => [letter, { name: [instance(value)] }]));
}

eachDatabase('4.23 Ordering of entities', (test, database) => {
  test('is by id by default', async (_t, db) => {
    assert.equal(await ordered(db, {}, values({ c: 1, a: 2, b: 3 })), 'abc');
  });

  test('puts numbers in numeric order, either way', async (_t, db) => {
    const numbers = values({ a: 10, b: 9, c: -1, d: 9.5 });
    assert.equal(await ordered(db, { orderBy: 'name' }, numbers), 'cbda');
    assert.equal(await ordered(db, { orderBy: 'name;desc' }, numbers), 'adbc');
  });

  test('orders kinds: numbers, strings, objects, arrays, booleans, times, dates, DateTimes, null, absent', async (_t, db) => {
    const mixed = {
      j: {},
      ...values({
        h: { '@type': 'DateTime', '@value': '2026-01-01T00:00:00Z' },
        g: '2026-01-01',
        f: '08:00:00Z',
        e: true,
        d: [1],
        c: { x: 1 },
        b: 'text',
        a: 7,
      }),
    };
    assert.equal(await ordered(db, { orderBy: 'name' }, mixed), 'abcdefghj');
    assert.equal(await ordered(db, { orderBy: 'name;desc' }, mixed), 'hgfedcbaj');
  });

  test('orders DateTimes whatever their fractions', async (_t, db) => {
    const times = values({ a: '2026-01-01T00:00:00.5Z', b: '2026-01-01T00:00:00Z', c: '2026-01-01T00:00:00.25Z' });
    assert.equal(await ordered(db, { orderBy: 'name' }, times), 'bca');
  });

  test('compares texts by the root collation of ICU', async (_t, db) => {
    assert.equal(await ordered(db, { orderBy: 'name' }, values({ x: 'b', y: 'á', z: 'A' })), 'zyx');
  });

  // The embedded database's ICU has only the root collation.
  if (database.kind === 'postgres') {
    test('compares texts by the rules of a language', async (_t, db) => {
      const texts = values({ x: 'Ärger', y: 'Adam', z: 'Afrika' });
      assert.equal(await ordered(db, { orderBy: 'name', collation: 'de-u-co-phonebk' }, texts), 'yxz');
    });

    test('orders texts that the collation considers equal by the next term', async (_t, db) => {
      const equal = {
        a: { name: [instance('b')], rank: [instance(2)] },
        b: { name: [instance('B')], rank: [instance(1)] },
      };
      assert.equal(await ordered(db, { orderBy: 'name,rank', collation: 'und-u-ks-level1' }, equal), 'ba');
    });
  }

  test('applies the terms one after the other', async (_t, db) => {
    const both = {
      a: { name: [instance('x')], age: [instance(1)] },
      b: { name: [instance('x')], age: [instance(2)] },
      c: { name: [instance('w')], age: [instance(0)] },
    };
    assert.equal(await ordered(db, { orderBy: 'name,age;desc' }, both), 'cba');
  });

  test('follows paths into values, sub-attributes and members, and prefers the default instance', async (_t, db) => {
    const compound = values({ a: { city: 'Ottange' }, b: { city: 'Aumetz' } });
    assert.equal(await ordered(db, { orderBy: 'name[city]' }, compound), 'ba');
    const observed = {
      a: { name: [instance(1, { observedAt: '2026-01-02T00:00:00Z' })] },
      b: { name: [instance(2, { observedAt: '2026-01-01T00:00:00Z' })] },
    };
    assert.equal(await ordered(db, { orderBy: ['name.observedAt'] }, observed), 'ba');
    const several = { a: { name: [instance(1, { datasetId: 'urn:d:1' }), instance(9)] }, b: { name: [instance(5)] } };
    assert.equal(await ordered(db, { orderBy: 'name' }, several), 'ba');
    assert.equal(await ordered(db, { orderBy: 'id;desc' }, several), 'ba');
    assert.equal(await ordered(db, { orderBy: 'type,createdAt,scope' }, several), 'ab');
  });

  test('is by distance, with values that are not a GeoProperty last', async (_t, db) => {
    const point = (longitude: number) =>
      instance({ type: 'Point', coordinates: [longitude, 49] }, { type: 'GeoProperty' });
    const places = {
      a: { location: [point(8)] },
      b: { location: [point(6)] },
      c: { location: [point(7), { ...point(1), datasetId: 'urn:d:1' }] },
      d: {},
    };
    assert.equal(await ordered(db, { orderBy: 'location;dist-asc', orderFrom: '[5,49]' }, places), 'bcad');
    assert.equal(await ordered(db, { orderBy: 'location;dist-desc', orderFrom: [5, 49] }, places), 'acbd');
    const elsewhere = {
      a: { observationSpace: [point(8)] },
      b: { observationSpace: [instance('x')] },
      c: { observationSpace: [point(6)] },
    };
    assert.equal(await ordered(db, { orderBy: 'observationSpace;dist-asc', orderFrom: '[5,49]' }, elsewhere), 'cab');
  });
});
