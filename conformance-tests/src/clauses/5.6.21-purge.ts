import { clause } from '../clause.ts';
import { geoProperty, point, property } from '../documents.ts';
import { expectIds, expectNoContent, expectProblem, expectSame, expectStatus, expectThat } from '../expect.ts';
import { entityPath, type Query } from '../rig/broker.ts';
import type { Source } from '../rig/sources.ts';

export const purge = clause('5.6.21', 'Purge Entities', ({ test }) => {
  const filters: readonly (readonly [what: string, query: (id: string) => Query])[] = [
    ['type', () => ({})],
    ['id', (id) => ({ id })],
    ['idPattern', (id) => ({ idPattern: `${id.slice(-12)}$` })],
    ['q', () => ({ q: 'a==1' })],
    ['scopeQ', () => ({ scopeQ: '/x' })],
    ['attrs', () => ({ attrs: 'a' })],
    ['a geoquery', () => ({ georel: 'near;maxDistance==10', geometry: 'Point', coordinates: '[1,2]' })],
  ];
  for (const [what, query] of filters) {
    test(`deletes only what matches by ${what}`, async (broker) => {
      const type = broker.name();
      const id = await broker.create({ type, scope: '/x', a: property(1), location: geoProperty(point(1, 2)) });
      const other = await broker.create({ type, b: property(1) });
      expectNoContent(await broker.delete('/entities', { query: { type, ...query(id) } }));
      expectIds(await broker.get('/entities', { query: { type } }), what === 'type' ? [] : [other]);
    });
  }

  test('answers 204 when nothing matches', async (broker) => {
    expectNoContent(await broker.delete('/entities', { query: { type: broker.name() } }));
  });

  test('removes attributes with drop', async (broker) => {
    const type = broker.name();
    const id = await broker.create({
      type,
      a: [property(1), property(2, { datasetId: 'urn:x:set' })],
      b: property(2),
      c: property(3),
    });
    expectNoContent(await broker.delete('/entities', { query: { type, drop: 'a,b' } }));
    expectSame(await broker.read(id), { id, type, c: property(3) });
  });

  test('leaves attributes with keep', async (broker) => {
    const type = broker.name();
    const id = await broker.create({ type, a: property(1), b: property(2), c: property(3) });
    expectNoContent(await broker.delete('/entities', { query: { type, keep: 'a,b' } }));
    expectSame(await broker.read(id), { id, type, a: property(1), b: property(2) });
  });

  const refused: readonly (readonly [what: string, query: (id: string) => Query])[] = [
    ['without any filter', () => ({})],
    ['by id alone', (id) => ({ id })],
    ['by idPattern alone', (id) => ({ idPattern: id })],
    ['by attrs=createdAt alone', () => ({ attrs: 'createdAt' })],
    ['by a system attribute in q alone', () => ({ q: 'modifiedAt>2000-01-01T00:00:00Z' })],
    ['with keep and drop', (id) => ({ type: 'Building', id, keep: 'a', drop: 'b' })],
    ['with braces in drop', (id) => ({ type: 'Building', id, drop: 'a{b}' })],
    ['with a q over links', (id) => ({ type: 'Building', id, q: 'at{name}=="x"' })],
    ['by type=* with local=false', () => ({ type: '*', local: false })],
  ];
  for (const [what, query] of refused) {
    test(`is refused ${what}`, async (broker) => {
      const id = await broker.create({ type: 'Building', a: property(1) });
      expectProblem(await broker.delete('/entities', { query: query(id) }), 'BadRequestData');
      expectStatus(await broker.get(entityPath(id)), 200);
    });
  }

  test('reports an unknown parameter before a missing filter', async (broker) => {
    expectProblem(await broker.delete('/entities', { query: { nonsense: 1 } }), 'InvalidRequest');
  });

  test('accepts local=true with an id as a filter', async (broker) => {
    const id = await broker.create({ type: 'Building' });
    expectNoContent(await broker.delete('/entities', { query: { id, local: true } }));
    expectProblem(await broker.get(entityPath(id)), 'ResourceNotFound');
  });

  test('forwards only to the sources that the context source filter selects', async (broker, { sources }) => {
    const type = broker.name();
    const [acme, beta] = await Promise.all(
      ['Acme', 'Beta'].map(async (organization) => {
        const source = sources.open(() => ({ status: 204 }));
        const registration = {
          id: broker.id('ContextSourceRegistration'),
          type: 'ContextSourceRegistration',
          information: [{ entities: [{ type }] }],
          operations: ['purgeEntity'],
          organization: property(organization),
          endpoint: source.endpoint,
        };
        expectStatus(await broker.post('/csourceRegistrations', registration), 201);
        return source;
      }),
    );
    const purged = await broker.delete('/entities', { query: { type, csf: 'organization=="Acme"' } });
    expectNoContent(purged);
    const deletions = (source: Source | undefined) => source?.seen.filter(({ method }) => method === 'DELETE').length;
    expectThat(deletions(acme) === 1 && deletions(beta) === 0, 'one request, to the source of Acme', purged);
  });
});
