import { clause } from '../clause.ts';
import { geoProperty, languageProperty, point, property, relationship } from '../documents.ts';
import { expectBody, expectHeader, expectProblem, expectStatus, expectThat, memberOf } from '../expect.ts';
import { entityPath } from '../rig/broker.ts';

const GEO = 'application/geo+json';

export const geoJson = clause('4.5.16', 'GeoJSON representation', ({ test }) => {
  test('returns an entity as a Feature', async (broker) => {
    const location = geoProperty(point(5.95, 49.47), { accuracy: property(3) });
    const id = await broker.create({ type: 'Building', scope: '/a', location, owner: relationship('urn:x:1') });
    const answer = await broker.get(entityPath(id), { accept: GEO });
    expectHeader(answer, 'Content-Type', /^application\/geo\+json/);
    expectBody(answer, {
      id,
      type: 'Feature',
      geometry: point(5.95, 49.47),
      properties: { type: 'Building', scope: '/a', location, owner: relationship('urn:x:1') },
    });
  });

  test('returns null for the geometry of an entity without one', async (broker) => {
    const id = await broker.create({ type: 'Building', name: property('x') });
    const answer = await broker.get(entityPath(id), { accept: GEO });
    expectBody(answer, {
      id,
      type: 'Feature',
      geometry: null,
      properties: { type: 'Building', name: property('x') },
    });
  });

  test('reads the geometry from the GeoProperty named by geometryProperty', async (broker) => {
    const id = await broker.create({
      type: 'Building',
      location: geoProperty(point(1, 1)),
      entrance: geoProperty(point(2, 2)),
      name: property('x'),
    });
    const ask = (geometryProperty: string) => broker.get(entityPath(id), { accept: GEO, query: { geometryProperty } });
    const answer = await ask('entrance');
    expectStatus(answer, 200);
    expectThat(
      JSON.stringify(memberOf(answer.body, 'geometry')) === JSON.stringify(point(2, 2)),
      'the geometry of entrance',
      answer,
    );
    for (const name of ['name', 'missing']) {
      const none = await ask(name);
      expectStatus(none, 200);
      expectThat(memberOf(none.body, 'geometry') === null, 'geometry null', none);
    }
  });

  test('reads the geometry from the default instance', async (broker) => {
    const id = await broker.create({
      type: 'Building',
      location: [geoProperty(point(1, 1)), geoProperty(point(2, 2), { datasetId: 'urn:x:b' })],
    });
    const answer = await broker.get(entityPath(id), { accept: GEO });
    expectStatus(answer, 200);
    expectThat(
      JSON.stringify(memberOf(answer.body, 'geometry')) === JSON.stringify(point(1, 1)),
      'the default geometry',
      answer,
    );
  });

  test('returns results of a query as a FeatureCollection', async (broker) => {
    const type = broker.name();
    const a = await broker.create({ type, location: geoProperty(point(1, 1)) });
    const b = await broker.create({ type, name: property('x') });
    expectBody(await broker.get('/entities', { accept: GEO, query: { type } }), {
      type: 'FeatureCollection',
      features: [
        { id: a, type: 'Feature', geometry: point(1, 1), properties: { type, location: geoProperty(point(1, 1)) } },
        { id: b, type: 'Feature', geometry: null, properties: { type, name: property('x') } },
      ],
    });
  });

  test('returns an empty FeatureCollection when nothing matches', async (broker) => {
    const answer = await broker.get('/entities', { accept: GEO, query: { type: broker.name() } });
    expectBody(answer, { type: 'FeatureCollection', features: [] });
  });

  test('returns simplified properties (4.5.17)', async (broker) => {
    const id = await broker.create({
      type: 'Building',
      location: geoProperty(point(1, 1)),
      name: property('x'),
      label: languageProperty({ fr: 'a' }),
    });
    expectBody(await broker.get(entityPath(id), { accept: GEO, query: { format: 'simplified' } }), {
      id,
      type: 'Feature',
      geometry: point(1, 1),
      properties: { type: 'Building', location: point(1, 1), name: 'x', label: { languageMap: { fr: 'a' } } },
    });
  });

  test('puts the @context at the top of a Feature and of a FeatureCollection', async (broker, { contexts }) => {
    const context = contexts.serve({ colour: 'https://example.org/colour' });
    const type = broker.name();
    const id = await broker.create({ type, colour: property('red') }, { context });
    const one = await broker.get(entityPath(id), { accept: GEO, context });
    expectThat(memberOf(one.body, '@context') !== undefined, 'an @context at the top of the Feature', one);
    const all = await broker.get('/entities', { accept: GEO, context, query: { type } });
    expectThat(memberOf(all.body, '@context') !== undefined, 'an @context at the top of the FeatureCollection', all);
  });

  test('refuses geometryProperty without GeoJSON', async (broker) => {
    const type = broker.name();
    const id = await broker.create({ type, location: geoProperty(point(1, 1)) });
    const query = { geometryProperty: 'location' };
    expectProblem(await broker.get(entityPath(id), { query }), 'BadRequestData');
    expectProblem(await broker.get('/entities', { query: { ...query, type } }), 'BadRequestData');
  });
});
