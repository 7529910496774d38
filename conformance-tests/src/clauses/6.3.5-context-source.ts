import { clause } from '../clause.ts';
import { property } from '../documents.ts';
import { expectBody, expectProblem, expectStatus } from '../expect.ts';
import { type Broker, contextLink, entityPath } from '../rig/broker.ts';

export const contextSource = clause('6.3.5', 'Where the @context comes from', ({ test }) => {
  const FULL = 'https://example.org/colour';
  const members = { type: 'Building', colour: property('red') };

  test('is the Link header for application/json', async (broker, { contexts }) => {
    const id = await broker.create(members, { context: contexts.serve({ colour: FULL }) });
    expectBody(await broker.get(entityPath(id)), { id, type: 'Building', [FULL]: property('red') });
  });

  test('is the body for application/ld+json: a URL, an object or a list', async (broker, { contexts }) => {
    const url = contexts.serve({ colour: FULL });
    for (const context of [url, { colour: FULL }, [url], [{ colour: FULL }]]) {
      const id = await broker.create({ ...members, '@context': context });
      expectBody(await broker.get(entityPath(id)), { id, type: 'Building', [FULL]: property('red') });
    }
  });

  const refused: readonly (readonly [
    what: string,
    send: (broker: Broker, context: string) => ReturnType<Broker['post']>,
  ])[] = [
    [
      'application/json with an @context in the body',
      (broker, context) =>
        broker.post(
          '/entities',
          { id: broker.id(), ...members, '@context': context },
          { contentType: 'application/json' },
        ),
    ],
    [
      'application/ld+json without an @context in the body',
      (broker) => broker.post('/entities', { id: broker.id(), ...members }, { contentType: 'application/ld+json' }),
    ],
    [
      'application/ld+json with a Link header',
      (broker, context) => broker.post('/entities', { id: broker.id(), ...members, '@context': context }, { context }),
    ],
    [
      'a batch of application/ld+json with a Link header',
      (broker, context) =>
        broker.post('/entityOperations/create', [{ id: broker.id(), ...members, '@context': context }], { context }),
    ],
  ];
  for (const [what, send] of refused) {
    test(`answers 400 BadRequestData to ${what}`, async (broker, { contexts }) => {
      expectProblem(await send(broker, contexts.serve({ colour: FULL })), 'BadRequestData');
    });
  }

  test('ignores links that are not contexts', async (broker) => {
    const Link = '<https://example.org/next>; rel="next"';
    const id = broker.id();
    expectStatus(await broker.post('/entities', { id, ...members }, { headers: { Link } }), 201);
    expectBody(await broker.get(entityPath(id)), { id, ...members });
  });

  test('reads a context link among others and in any order of its parameters', async (broker, { contexts }) => {
    const url = contexts.serve({ colour: FULL });
    const id = await broker.create(members, { context: url });
    for (const Link of [
      `<https://example.org/next>; rel="next", ${contextLink(url)}`,
      `<${url}>;type="application/ld+json";rel="http://www.w3.org/ns/json-ld#context"`,
      `<${url}>; rel=http://www.w3.org/ns/json-ld#context; type=application/ld+json`,
    ]) {
      expectBody(await broker.get(entityPath(id), { headers: { Link } }), { id, ...members });
    }
  });
});
