import { clause } from '../clause.ts';
import { property } from '../documents.ts';
import { at, expectBody, expectProblem, expectSame, expectStatus, expectThat, memberOf } from '../expect.ts';
import { attributePath, entityPath } from '../rig/broker.ts';

export const expansion = clause('5.5.7', 'Names by the context of the request', ({ test }) => {
  test('are expanded by the context of the write and compacted by that of the read', async (broker, { contexts }) => {
    const written = contexts.serve({ colour: 'https://example.org/colour', Car: 'https://example.org/Car' });
    const read = contexts.serve({ couleur: 'https://example.org/colour', Voiture: 'https://example.org/Car' });
    const a = property('red', { colour: property('dark') });
    const id = await broker.create({ type: 'Car', colour: a }, { context: written });
    expectBody(await broker.get(entityPath(id), { context: written }), { id, type: 'Car', colour: a });
    expectBody(await broker.get(entityPath(id), { context: read }), {
      id,
      type: 'Voiture',
      couleur: property('red', { couleur: property('dark') }),
    });
    expectSame(await broker.read(id), {
      id,
      type: 'https://example.org/Car',
      'https://example.org/colour': property('red', { 'https://example.org/colour': property('dark') }),
    });
  });

  test('may be full IRIs, in bodies, paths and parameters', async (broker, { contexts }) => {
    const context = contexts.serve({ colour: 'https://example.org/colour#main' });
    const full = 'https://example.org/colour#main';
    const id = await broker.create({ type: 'Car', [full]: property('red') });
    expectBody(await broker.get(entityPath(id), { context, query: { pick: 'colour' } }), { colour: property('red') });
    expectStatus(await broker.patch(attributePath(id, full), { value: 'blue' }), 204);
    expectBody(await broker.get(entityPath(id), { query: { attrs: full } }), {
      id,
      type: 'Car',
      [full]: property('blue'),
    });
    expectStatus(await broker.delete(attributePath(id, 'colour'), { context }), 204);
    expectSame(await broker.read(id), { id, type: 'Car' });
  });

  test('may be compact IRIs', async (broker, { contexts }) => {
    const context = contexts.serve({ ex: 'https://example.org/' });
    const id = await broker.create({ type: 'ex:Car', 'ex:colour': property('red') }, { context });
    expectSame(await broker.read(id), {
      id,
      type: 'https://example.org/Car',
      'https://example.org/colour': property('red'),
    });
  });

  test('follow contexts that refer to contexts, and objects among them', async (broker, { contexts }) => {
    const inner = contexts.serve({ colour: 'https://example.org/inner' });
    const outer = contexts.serve([inner, { size: 'https://example.org/size' }]);
    const id = await broker.create({
      type: 'Car',
      colour: property(1),
      size: property(2),
      weight: property(3),
      '@context': [outer, { weight: 'https://example.org/weight' }],
    });
    expectSame(await broker.read(id), {
      id,
      type: 'Car',
      'https://example.org/inner': property(1),
      'https://example.org/size': property(2),
      'https://example.org/weight': property(3),
    });
  });

  test('use the later of two definitions', async (broker, { contexts }) => {
    const first = contexts.serve({ colour: 'https://example.org/first' });
    const second = contexts.serve({ colour: 'https://example.org/second' });
    const id = await broker.create({ type: 'Car', colour: property(1), '@context': [first, second] });
    expectSame(await broker.read(id), { id, type: 'Car', 'https://example.org/second': property(1) });
  });

  test('have a usable context even when it was in the body of a query', async (broker) => {
    const type = broker.name('Car');
    await broker.create({ type, 'https://example.org/colour': property('red') });
    const body = {
      type: 'Query',
      entities: [{ type }],
      '@context': {
        colour: 'https://example.org/colour',
        [type]: `https://uri.etsi.org/ngsi-ld/default-context/${type}`,
      },
    };
    const answer = await broker.post('/entityOperations/query', body, { accept: 'application/ld+json' });
    expectStatus(answer, 200);
    expectThat(memberOf(at(answer.body, 0), 'colour') !== undefined, 'an attribute colour', answer);
    expectThat(memberOf(at(answer.body, 0), '@context') !== undefined, 'an @context', answer);
  });

  test('refuse contexts with scoped contexts', async (broker, { contexts }) => {
    const context = contexts.serve({
      colour: { '@id': 'https://example.org/colour', '@context': { x: 'https://example.org/x' } },
    });
    const answer = await broker.post('/entities', { id: broker.id(), type: 'Car' }, { context });
    expectProblem(answer, 'BadRequestData');
  });
});
