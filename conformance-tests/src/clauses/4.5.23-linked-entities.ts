import { clause } from '../clause.ts';
import { listRelationship, property, relationship } from '../documents.ts';
import { expectBody, expectProblem, expectStatus, expectThat } from '../expect.ts';
import { type Broker, entityPath, type Json, type Query } from '../rig/broker.ts';
import type { Rig } from '../rig/rig.ts';
import type { Source, SourceRequest } from '../rig/sources.ts';

/** Creates a building in a city in a country. */
async function chain(broker: Broker): Promise<{ type: string; building: Json; city: Json; country: Json }> {
  const type = broker.name();
  const country = { id: broker.id('Country'), type: 'Country', name: property('France') };
  const city = { id: broker.id('City'), type: 'City', name: property('Thil'), isIn: relationship(country.id) };
  const building = { id: broker.id(), type, name: property('Mairie'), at: relationship(city.id) };
  await broker.createAll([country, city, building]);
  return { type, building, city, country };
}

const linked = (attribute: unknown, entity: Json) => ({ ...(attribute as Json), entity });

/** A source with one person. */
function personSource({ sources }: Rig, person: Json): Source {
  return sources.open(({ path }) => ({ status: 200, body: path === '/entities' ? [person] : person }));
}

async function register(broker: Broker, type: string, { endpoint }: Source): Promise<void> {
  const registration = {
    id: broker.id('ContextSourceRegistration'),
    type: 'ContextSourceRegistration',
    information: [{ entities: [{ type }] }],
    operations: ['retrieveOps'],
    endpoint,
  };
  expectStatus(await broker.post('/csourceRegistrations', registration), 201);
}

function asksFor({ seen }: Source, id: string): readonly SourceRequest[] {
  return seen.filter(({ path, query }) => path.includes(id) || query.get('id')?.includes(id));
}

export const linkedEntities = clause('4.5.23', 'Linked entity retrieval', ({ test }) => {
  test('puts the linked entity into the Relationship with join=inline', async (broker) => {
    const { type, building, city } = await chain(broker);
    const expected = { ...building, at: linked(building.at, city) };
    expectBody(await broker.get(entityPath(building.id as string), { query: { join: 'inline' } }), expected);
    expectBody(await broker.get('/entities', { query: { type, join: 'inline' } }), [expected]);
  });

  test('follows as many links as joinLevel says', async (broker) => {
    const { building, city, country } = await chain(broker);
    const whole = { ...city, isIn: linked(city.isIn, country) };
    const answer = await broker.get(entityPath(building.id as string), { query: { join: 'inline', joinLevel: 2 } });
    expectBody(answer, { ...building, at: linked(building.at, whole) });
  });

  test('puts linked entities beside the others with join=flat', async (broker) => {
    const { type, building, city, country } = await chain(broker);
    const path = entityPath(building.id as string);
    expectBody(await broker.get(path, { query: { join: 'flat' } }), [building, city]);
    expectBody(await broker.get(path, { query: { join: 'flat', joinLevel: 2 } }), [building, city, country]);
    expectBody(await broker.get('/entities', { query: { type, join: 'flat' } }), [building, city]);
  });

  test('returns an entity linked twice once with join=flat', async (broker) => {
    const { type, building, city } = await chain(broker);
    const second = { id: broker.id(), type, at: building.at };
    await broker.create(second);
    expectBody(await broker.get('/entities', { query: { type, join: 'flat' } }), [building, second, city]);
  });

  test('follows nothing with join=@none and without join', async (broker) => {
    const { building } = await chain(broker);
    const path = entityPath(building.id as string);
    expectBody(await broker.get(path, { query: { join: '@none' } }), building);
    expectBody(await broker.get(path), building);
  });

  test('does not change a Relationship to a missing entity', async (broker) => {
    const type = broker.name();
    const one = { id: broker.id(), type, at: relationship('urn:x:nowhere') };
    await broker.create(one);
    expectBody(await broker.get(entityPath(one.id), { query: { join: 'inline' } }), one);
    expectBody(await broker.get('/entities', { query: { type, join: 'flat' } }), [one]);
  });

  test('returns linked entities in the requested format', async (broker) => {
    const { building, city } = await chain(broker);
    const path = entityPath(building.id as string);
    const simpleCity = { id: city.id, type: 'City', name: 'Thil', isIn: (city.isIn as Json).object };
    expectBody(await broker.get(path, { query: { join: 'inline', format: 'simplified' } }), {
      id: building.id,
      type: building.type,
      name: 'Mairie',
      at: simpleCity,
    });
    expectBody(await broker.get(path, { query: { join: 'inline', format: 'concise' } }), {
      id: building.id,
      type: building.type,
      name: 'Mairie',
      at: {
        object: city.id,
        entity: { id: city.id, type: 'City', name: 'Thil', isIn: { object: (city.isIn as Json).object } },
      },
    });
  });

  test('returns an array for a Relationship of several objects and entityList for a ListRelationship', async (broker) => {
    const { city, country } = await chain(broker);
    const objects = [city.id, country.id] as string[];
    const one = { id: broker.id(), type: 'Tour', sees: relationship(objects), route: listRelationship(objects) };
    await broker.create(one);
    expectBody(await broker.get(entityPath(one.id), { query: { join: 'inline' } }), {
      ...one,
      sees: { ...one.sees, entity: [city, country] },
      route: { ...one.route, entityList: [city, country] },
    });
  });

  test('ends in a circle', async (broker) => {
    const [a, b] = [broker.id(), broker.id()];
    const first = { id: a, type: 'Ring', next: relationship(b) };
    const second = { id: b, type: 'Ring', next: relationship(a) };
    await broker.createAll([first, second]);
    expectBody(await broker.get(entityPath(a), { query: { join: 'flat', joinLevel: 5 } }), [first, second]);
    expectBody(await broker.get(entityPath(a), { query: { join: 'inline', joinLevel: 5 } }), {
      ...first,
      next: { ...first.next, entity: second },
    });
  });

  test('does not go into entities named by containedBy', async (broker) => {
    const { building, city } = await chain(broker);
    const query = { join: 'inline', containedBy: city.id as string };
    expectBody(await broker.get(entityPath(building.id as string), { query }), building);
  });

  test('projects each hop by its own braces', async (broker) => {
    const { building, city, country } = await chain(broker);
    const path = entityPath(building.id as string);
    const ask = (query: Query) => broker.get(path, { query: { join: 'inline', joinLevel: 2, ...query } });
    expectBody(await ask({ pick: 'id,name' }), { id: building.id, name: building.name });
    expectBody(await ask({ pick: 'id,at{id,name}' }), {
      id: building.id,
      at: linked(building.at, { id: city.id, name: city.name }),
    });
    expectBody(await ask({ pick: 'at{id,isIn{name}}' }), {
      at: linked(building.at, { id: city.id, isIn: linked(city.isIn, { name: country.name }) }),
    });
    expectBody(await ask({ omit: 'type,at{name,isIn}' }), {
      id: building.id,
      name: building.name,
      at: linked(building.at, { id: city.id, type: 'City' }),
    });
  });

  test('returns a FeatureCollection of linked entities with join=flat', async (broker) => {
    const { building, city } = await chain(broker);
    const answer = await broker.get(entityPath(building.id as string), {
      accept: 'application/geo+json',
      query: { join: 'flat' },
    });
    const feature = ({ id, ...properties }: Json) => ({ id, type: 'Feature', geometry: null, properties });
    expectBody(answer, { type: 'FeatureCollection', features: [feature(building), feature(city)] });
  });

  for (const query of [
    { join: 'deep' },
    { join: 'inline', joinLevel: 0 },
    { join: 'inline', joinLevel: 'x' },
    { join: 'inline', joinLevel: -1 },
    { join: 'inline', containedBy: 'nouri' },
  ] as Query[]) {
    const text = Object.entries(query).map(([name, value]) => `${name}=${value}`);
    test(`refuses ${text.join(' with ')}`, async (broker) => {
      const { type, building } = await chain(broker);
      expectProblem(await broker.get(entityPath(building.id as string), { query }), 'BadRequestData');
      expectProblem(await broker.get('/entities', { query: { type, ...query } }), 'BadRequestData');
    });
  }

  test('finds at a source only what a Relationship names with its objectType', async (broker, rig) => {
    const [type, id] = [broker.name('Person'), broker.id('Person')];
    const person = { id, type, name: property('Nouri') };
    const source = personSource(rig, person);
    await register(broker, type, source);
    const named = { owner: relationship(id, { objectType: type }) };
    const others = { maker: relationship(id, { objectType: broker.name('Company') }) };
    const vehicles = [
      { id: broker.id(), type: broker.name(), ...named },
      { id: broker.id(), type: broker.name(), ...others },
      { id: broker.id(), type: broker.name(), keeper: relationship(id) },
    ] as const;
    await broker.createAll(vehicles);
    const inline = { query: { join: 'inline' } };
    expectBody(await broker.get(entityPath(vehicles[1].id), inline), vehicles[1]);
    const answer = await broker.get(entityPath(vehicles[2].id), inline);
    expectBody(answer, vehicles[2]);
    expectThat(asksFor(source, id).length === 0, 'no request for the person', answer);
    const [vehicle] = vehicles;
    expectBody(await broker.get(entityPath(vehicle.id), inline), { ...vehicle, owner: linked(vehicle.owner, person) });
  });

  test('finds an entity stored here without objectType, with its part at a source', async (broker, rig) => {
    const [type, id] = [broker.name('Person'), broker.id('Person')];
    const source = personSource(rig, { id, type, name: property('Nouri') });
    await register(broker, type, source);
    const local = { query: { local: true } };
    expectStatus(await broker.post('/entities', { id, type, age: property(41) }, local), 201);
    const vehicle = { id: broker.id(), type: broker.name(), owner: relationship(id) };
    await broker.create(vehicle);
    const person = { id, type, name: property('Nouri'), age: property(41) };
    expectBody(await broker.get(entityPath(vehicle.id), { query: { join: 'inline' } }), {
      ...vehicle,
      owner: linked(vehicle.owner, person),
    });
  });
});
