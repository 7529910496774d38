import { clause } from '../clause.ts';
import { geoProperty, point, property, relationship } from '../documents.ts';
import { at, expectBody, expectProblem, expectStatus, expectThat } from '../expect.ts';
import type { Broker, Json } from '../rig/broker.ts';
import { aNumber, aUri, differenceInOrder } from '../same.ts';

const full = (name: string) => `https://uri.etsi.org/ngsi-ld/default-context/${name}`;

interface World {
  readonly house: string;
  readonly shop: string;
  readonly a: string;
  readonly b: string;
  readonly c: string;
}

/** Creates two houses and a shop; all names are unique to the case. */
async function world(broker: Broker): Promise<World> {
  const [house, shop] = [broker.name('House'), broker.name('Shop')];
  const [a, b, c] = [broker.name('a'), broker.name('b'), broker.name('c')];
  await broker.createAll([
    { id: broker.id(), type: house, scope: '/x', [a]: property(1), [b]: geoProperty(point(1, 2)) },
    { id: broker.id(), type: house, [a]: property(2) },
    { id: broker.id(), type: shop, [a]: relationship('urn:x:1'), [c]: property(3) },
  ]);
  return { house, shop, a, b, c };
}

function entryOf(body: unknown, id: string): Json | undefined {
  return Array.isArray(body) ? (body as Json[]).find((entry) => entry.id === id) : undefined;
}

function withSorted(entry: Json | undefined, list: string): Json {
  return { ...entry, [list]: [...((entry?.[list] as string[] | undefined) ?? [])].sort() };
}

export const typeLists = clause('5.7.5', 'Entity types', ({ test }) => {
  test('are listed by name', async (broker) => {
    const { house, shop } = await world(broker);
    for (const options of [{}, { query: { details: false } }]) {
      const answer = await broker.get('/types', options);
      expectStatus(answer, 200);
      expectThat(
        at(answer.body, 'type') === 'EntityTypeList' && aUri(at(answer.body, 'id')) === undefined,
        'an EntityTypeList with a URI as id',
        answer,
      );
      const list = at(answer.body, 'typeList') as string[];
      expectThat(list.includes(house) && list.includes(shop), `${house} and ${shop}`, answer);
    }
  });

  test('are listed with their attributes (5.7.6)', async (broker) => {
    const { house, a, b } = await world(broker);
    const answer = await broker.get('/types', { query: { details: true } });
    expectStatus(answer, 200);
    const wanted = { id: full(house), type: 'EntityType', typeName: house, attributeNames: [a, b].sort() };
    const fault = differenceInOrder(withSorted(entryOf(answer.body, full(house)), 'attributeNames'), wanted);
    expectThat(fault === undefined, JSON.stringify(wanted), answer);
  });

  test('are described one by one (5.7.7)', async (broker) => {
    const { house, a, b } = await world(broker);
    for (const name of [house, encodeURIComponent(full(house))]) {
      expectBody(await broker.get(`/types/${name}`), {
        id: full(house),
        type: 'EntityTypeInfo',
        typeName: house,
        entityCount: 2,
        attributeDetails: [
          { id: full(a), type: 'Attribute', attributeName: a, attributeTypes: ['Property'] },
          { id: full(b), type: 'Attribute', attributeName: b, attributeTypes: ['GeoProperty'] },
        ],
      });
    }
  });

  test('are named by the context of the request', async (broker, { contexts }) => {
    const name = broker.name();
    const context = contexts.serve({ [name]: `https://example.org/${name}` });
    await broker.create({ type: name }, { context });
    const has = (body: unknown, term: string) => (at(body, 'typeList') as string[]).includes(term);
    const mine = await broker.get('/types', { context });
    expectThat(has(mine.body, name), name, mine);
    const others = await broker.get('/types');
    expectThat(has(others.body, `https://example.org/${name}`), `https://example.org/${name}`, others);
  });

  test('are removed with their last entity', async (broker) => {
    const type = broker.name();
    const id = await broker.create({ type });
    await broker.delete(`/entities/${id}`);
    expectProblem(await broker.get(`/types/${type}`), 'ResourceNotFound');
    const answer = await broker.get('/types');
    expectThat(!(at(answer.body, 'typeList') as string[]).includes(type), `no ${type}`, answer);
  });

  test('answer 404 when unknown, 400 to unknown parameters and 406 to GeoJSON', async (broker) => {
    expectProblem(await broker.get(`/types/${broker.name()}`), 'ResourceNotFound');
    expectProblem(await broker.get('/types', { query: { limit: 5 } }), 'InvalidRequest');
    expectStatus(await broker.get('/types', { accept: 'application/geo+json' }), 406);
  });
});

export const attributeLists = clause('5.7.8', 'Attributes', ({ test }) => {
  test('are listed by name', async (broker) => {
    const { a, b, c } = await world(broker);
    const answer = await broker.get('/attributes');
    expectStatus(answer, 200);
    expectThat(
      at(answer.body, 'type') === 'AttributeList' && aUri(at(answer.body, 'id')) === undefined,
      'an AttributeList with a URI as id',
      answer,
    );
    const list = at(answer.body, 'attributeList') as string[];
    expectThat(
      [a, b, c].every((name) => list.includes(name)),
      [a, b, c].join(', '),
      answer,
    );
    expectThat(!['id', 'type', 'scope', 'createdAt'].some((name) => list.includes(name)), 'attributes alone', answer);
  });

  test('are listed with the types that have them (5.7.9)', async (broker) => {
    const { house, shop, a } = await world(broker);
    const answer = await broker.get('/attributes', { query: { details: true } });
    expectStatus(answer, 200);
    const wanted = { id: full(a), type: 'Attribute', attributeName: a, typeNames: [house, shop].sort() };
    const fault = differenceInOrder(withSorted(entryOf(answer.body, full(a)), 'typeNames'), wanted);
    expectThat(fault === undefined, JSON.stringify(wanted), answer);
  });

  test('are described one by one (5.7.10)', async (broker) => {
    const { house, shop, a } = await world(broker);
    for (const name of [a, encodeURIComponent(full(a))]) {
      expectBody(await broker.get(`/attributes/${name}`), {
        id: full(a),
        type: 'Attribute',
        attributeName: a,
        attributeCount: aNumber,
        attributeTypes: ['Property', 'Relationship'],
        typeNames: [house, shop],
      });
    }
  });

  test('answer 404 when unknown, 400 to unknown parameters and 406 to GeoJSON', async (broker) => {
    expectProblem(await broker.get(`/attributes/${broker.name('a')}`), 'ResourceNotFound');
    expectProblem(await broker.get('/attributes', { query: { limit: 5 } }), 'InvalidRequest');
    expectStatus(await broker.get('/attributes', { accept: 'application/geo+json' }), 406);
  });
});
