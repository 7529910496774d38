import { clause } from '../clause.ts';
import { geoProperty, point, property } from '../documents.ts';
import { expectIdsInOrder, expectProblem } from '../expect.ts';
import type { Broker, Query } from '../rig/broker.ts';

const PEOPLE: { readonly [key: string]: { readonly [name: string]: unknown } } = {
  a: { name: property('Zoé'), age: property(30), address: property({ city: 'Thil' }), at: geoProperty(point(6, 49)) },
  b: {
    name: property('Anna'),
    age: property(9),
    address: property({ city: 'Aumetz' }),
    at: geoProperty(point(6, 49.5)),
  },
  c: { name: property('Élise', { rank: property(1) }), age: property(30), at: geoProperty(point(6, 49.2)) },
  d: { name: property('Bob', { rank: property(0) }), age: property('old') },
  e: { name: property('Carl') },
};

const ORDERS: readonly (readonly [query: Query, order: string])[] = [
  [{ orderBy: 'id' }, 'a b c d e'],
  [{ orderBy: 'id;desc' }, 'e d c b a'],
  [{ orderBy: 'name' }, 'b d e c a'],
  [{ orderBy: 'name;asc' }, 'b d e c a'],
  [{ orderBy: 'name;desc' }, 'a c e d b'],
  [{ orderBy: 'name', collation: 'und' }, 'b d e c a'],
  [{ orderBy: 'age,id' }, 'b a c d e'],
  [{ orderBy: 'age,id;desc' }, 'b c a d e'],
  [{ orderBy: 'name.rank,id' }, 'd c a b e'],
  [{ orderBy: 'address[city],id' }, 'b a c d e'],
  [{ orderBy: 'at;dist-asc,id', orderFrom: '[6,49.6]' }, 'b c a d e'],
  [{ orderBy: 'at;dist-desc,id', orderFrom: '[6,49.6]', orderGeometry: 'Point' }, 'a c b d e'],
  [{ orderBy: 'type,id;desc' }, 'e d c b a'],
];

const WRONG: readonly Query[] = [
  { orderBy: 'name;up' },
  { orderBy: 'name,,id' },
  { orderBy: '' },
  { orderBy: 'at;dist-asc' },
  { orderBy: 'at;dist-asc', orderFrom: 'here' },
  { orderBy: 'at;dist-asc', orderFrom: '[6]' },
  { orderBy: 'name', collation: 'no collation' },
];

async function people(broker: Broker): Promise<{ type: string; ids: (order: string) => string[] }> {
  const type = broker.name('Person');
  const base = broker.id('Person');
  const ids = (order: string) => order.split(' ').map((key) => `${base}:${key}`);
  const keys = ['c', 'e', 'a', 'd', 'b'];
  await broker.createAll(keys.map((key) => ({ id: `${base}:${key}`, type, ...PEOPLE[key] })));
  return { type, ids };
}

export const ordering = clause('4.23', 'Ordering', ({ test }) => {
  for (const [query, order] of ORDERS) {
    const text = Object.entries(query).map(([name, value]) => `${name}=${value}`);
    test(`returns ${order.replaceAll(' ', ', ')} for ${text.join(' with ')}`, async (broker) => {
      const { type, ids } = await people(broker);
      expectIdsInOrder(await broker.get('/entities', { query: { type, ...query } }), ids(order));
    });
  }
  for (const query of WRONG) {
    const text = Object.entries(query).map(([name, value]) => `${name}=${value}`);
    test(`refuses ${text.join(' with ')}`, async (broker) => {
      expectProblem(await broker.get('/entities', { query: { type: broker.name(), ...query } }), 'BadRequestData');
    });
  }

  test('orders by the times of entities', async (broker) => {
    const type = broker.name();
    const first = await broker.create({ type });
    const second = await broker.create({ type });
    const ask = (orderBy: string) => broker.get('/entities', { query: { type, orderBy } });
    expectIdsInOrder(await ask('createdAt'), [first, second]);
    expectIdsInOrder(await ask('createdAt;desc'), [second, first]);
    await broker.patch(`/entities/${first}/attrs`, { a: property(1) });
    expectIdsInOrder(await ask('modifiedAt'), [second, first]);
  });

  test('puts numbers before texts before objects before arrays before booleans before missing values', async (broker) => {
    const type = broker.name();
    const base = broker.id();
    const values = [true, [1], undefined, 'x', { x: 1 }, 5];
    await broker.createAll(
      values.map((value, at) => ({ id: `${base}:${at}`, type, ...(value !== undefined && { a: property(value) }) })),
    );
    const order = [5, 3, 4, 1, 0, 2].map((at) => `${base}:${at}`);
    expectIdsInOrder(await broker.get('/entities', { query: { type, orderBy: 'a' } }), order);
  });

  test('is applied before paging', async (broker) => {
    const { type, ids } = await people(broker);
    const page = (offset: number) => broker.get('/entities', { query: { type, orderBy: 'name', limit: 2, offset } });
    expectIdsInOrder(await page(0), ids('b d'));
    expectIdsInOrder(await page(2), ids('e c'));
  });
});
