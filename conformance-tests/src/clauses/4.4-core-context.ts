import { clause } from '../clause.ts';
import { property } from '../documents.ts';
import { expectBody, expectSame, expectStatus, memberOf } from '../expect.ts';
import { entityPath } from '../rig/broker.ts';

const CORE = 'https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.9.jsonld';

export const coreContext = clause('4.4', 'Core context', ({ test }) => {
  test('accepts @id and @type and returns id and type', async (broker) => {
    const id = broker.id();
    const entity = { '@id': id, '@type': 'Building', a: { '@type': 'Property', value: 1 } };
    expectStatus(await broker.post('/entities', entity), 201);
    expectSame(await broker.read(id), { id, type: 'Building', a: property(1) });
  });

  test('keeps its own terms when a context of the user defines them otherwise', async (broker, { contexts }) => {
    const context = contexts.serve({
      Property: 'https://example.org/Property',
      value: 'https://example.org/value',
      observedAt: 'https://example.org/observedAt',
      location: 'https://example.org/location',
    });
    const a = property(1, { observedAt: '2026-01-02T03:04:05Z' });
    const id = await broker.create({ type: 'Building', a, '@context': context });
    expectSame(await broker.read(id), { id, type: 'Building', a });
  });

  for (const list of [
    [CORE, 'user'],
    ['user', CORE],
  ]) {
    test(`accepts the core context ${list[0] === CORE ? 'before' : 'after'} the user's`, async (broker, {
      contexts,
    }) => {
      const user = contexts.serve({ colour: 'https://example.org/colour' });
      const id = await broker.create({
        type: 'Building',
        colour: property('red'),
        '@context': list.map((url) => (url === CORE ? CORE : user)),
      });
      expectSame(await broker.read(id), { id, type: 'Building', 'https://example.org/colour': property('red') });
    });
  }

  for (const version of ['', '-v1.3', '-v1.6', '-v1.7', '-v1.8', '-v1.9']) {
    test(`knows the core context as ngsi-ld-core-context${version}.jsonld`, async (broker) => {
      const url = `https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context${version}.jsonld`;
      const id = await broker.create({ type: 'Building', a: property(1), '@context': url });
      expectSame(await broker.read(id), { id, type: 'Building', a: property(1) });
    });
  }

  test('maps a name of no context to the default vocabulary', async (broker, { contexts }) => {
    const id = await broker.create({ type: 'Building', a: property(1) });
    const context = contexts.serve({ mine: 'https://uri.etsi.org/ngsi-ld/default-context/a' });
    const answer = await broker.get(entityPath(id), { context });
    expectStatus(answer, 200);
    expectSame(memberOf(answer.body, 'mine'), property(1), answer);
  });

  test('returns the core term for its IRI', async (broker) => {
    const type = broker.name();
    const id = await broker.create({ type, 'http://purl.org/dc/terms/description': property('x') });
    expectBody(await broker.get('/entities', { query: { type } }), [{ id, type, description: property('x') }]);
  });
});
