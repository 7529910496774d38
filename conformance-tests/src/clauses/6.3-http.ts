import { setTimeout as sleep } from 'node:timers/promises';
import { clause } from '../clause.ts';
import { geoProperty, point, property } from '../documents.ts';
import {
  expectBody,
  expectHeader,
  expectNoContent,
  expectProblem,
  expectStatus,
  expectThat,
  memberOf,
} from '../expect.ts';
import { attributePath, type Broker, contextLink, entityPath, type Query } from '../rig/broker.ts';

export const methods = clause('6.3.2', 'Methods and sizes', ({ test }) => {
  const wrong: readonly (readonly [method: string, path: string, allowed: readonly string[]])[] = [
    ['PUT', '/entities/urn:x:1/attrs', ['POST', 'PATCH']],
    ['POST', '/entities/urn:x:1', ['GET', 'DELETE', 'PUT', 'PATCH']],
    ['GET', '/entityOperations/create', ['POST']],
    ['DELETE', '/types', ['GET']],
    ['POST', '/attributes', ['GET']],
    ['PUT', '/subscriptions/urn:x:1', ['GET', 'PATCH', 'DELETE']],
  ];
  for (const [method, path, allowed] of wrong) {
    test(`answers 405 with Allow to ${method} ${path}`, async (broker) => {
      const body = method === 'GET' || method === 'DELETE' ? undefined : {};
      const answer = await broker.request(method, path, body);
      expectStatus(answer, 405);
      const got = (answer.headers.allow ?? '').split(',').map((name) => name.trim());
      expectThat(
        allowed.every((name) => got.includes(name)),
        `Allow with ${allowed.join(', ')}`,
        answer,
      );
    });
  }

  test('answers 404 ResourceNotFound to an unknown path', async (broker) => {
    expectProblem(await broker.get('/nothing/here'), 'ResourceNotFound');
  });
});

export const mediaTypes = clause('6.3.4', 'Media types and lengths', ({ test }) => {
  for (const [method, path] of [
    ['POST', '/entities'],
    ['PATCH', '/entities/urn:x:1/attrs'],
    ['PUT', '/entities/urn:x:1'],
    ['POST', '/subscriptions'],
  ] as const) {
    test(`answers a bare 411 to ${method} ${path} without Content-Length`, async (broker) => {
      const answer = await broker.request(method, path, { type: 'Building' }, { isChunked: true });
      expectStatus(answer, 411);
      expectThat(answer.text === '', 'no body', answer);
    });
    test(`answers a bare 415 to ${method} ${path} with text/plain`, async (broker) => {
      const answer = await broker.request(method, path, { type: 'Building' }, { contentType: 'text/plain' });
      expectStatus(answer, 415);
      expectThat(answer.text === '', 'no body', answer);
    });
  }

  test('takes application/merge-patch+json for PATCH alone', async (broker) => {
    const contentType = 'application/merge-patch+json';
    const id = await broker.create({ type: 'Building', a: property(1) });
    expectNoContent(await broker.patch(`${entityPath(id)}/attrs`, { a: property(2) }, { contentType }));
    expectStatus(await broker.post(`${entityPath(id)}/attrs`, { a: property(3) }, { contentType }), 415);
  });

  test('takes a charset beside the media type', async (broker) => {
    const contentType = 'Application/JSON; charset=utf-8';
    expectStatus(await broker.post('/entities', { id: broker.id(), type: 'Building' }, { contentType }), 201);
  });

  const choices: readonly (readonly [accept: string | undefined, chosen: string])[] = [
    [undefined, 'application/json'],
    ['*/*', 'application/json'],
    ['application/*', 'application/json'],
    ['application/ld+json', 'application/ld+json'],
    ['application/ld+json, application/json', 'application/json'],
    ['application/geo+json, application/ld+json', 'application/ld+json'],
    ['application/json;q=0.5, application/ld+json', 'application/ld+json'],
    ['application/json;q=0.5, application/ld+json;q=0.4, application/geo+json;q=0.9', 'application/geo+json'],
    ['application/json;q=0, */*', 'application/ld+json'],
    ['text/html, application/json;q=0.1', 'application/json'],
    ['APPLICATION/LD+JSON', 'application/ld+json'],
  ];
  for (const [accept, chosen] of choices) {
    test(`answers ${chosen} to ${accept === undefined ? 'no Accept' : `Accept: ${accept}`}`, async (broker) => {
      const type = broker.name();
      const id = await broker.create({ type, location: geoProperty(point(1, 2)) });
      const options = accept === undefined ? {} : { accept };
      const is = new RegExp(`^${chosen.replace('+', '\\+')}(;|$)`);
      expectHeader(await broker.get(entityPath(id), options), 'Content-Type', is);
      expectHeader(await broker.get('/entities', { ...options, query: { type } }), 'Content-Type', is);
    });
  }

  for (const accept of ['text/html', 'application/xml', 'application/json;q=0']) {
    test(`answers 406 to Accept: ${accept}`, async (broker) => {
      const id = await broker.create({ type: 'Building' });
      expectStatus(await broker.get(entityPath(id), { accept }), 406);
    });
  }

  test('answers 406 to GeoJSON where it is not offered', async (broker) => {
    for (const path of ['/types', '/attributes', '/subscriptions']) {
      expectStatus(await broker.get(path, { accept: 'application/geo+json' }), 406);
      const answer = await broker.get(path, { accept: 'application/geo+json, application/ld+json' });
      expectHeader(answer, 'Content-Type', /^application\/ld\+json/);
    }
  });
});

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

  test('ignores links that name no context', async (broker) => {
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

export const answers = clause('6.3.6', 'Shape of answers', ({ test }) => {
  test('names the context in a Link header for application/json and not in the body', async (broker, { contexts }) => {
    const context = contexts.serve({ colour: 'https://example.org/colour' });
    const id = await broker.create({ type: 'Building' });
    const mine = await broker.get(entityPath(id), { context });
    expectHeader(mine, 'Link', new RegExp(`<${context}>.*rel="http://www.w3.org/ns/json-ld#context"`));
    expectThat(memberOf(mine.body, '@context') === undefined, 'no @context in the body', mine);
    expectHeader(await broker.get(entityPath(id)), 'Link', /ngsi-ld-core-context/);
  });

  test('names it in the body for application/ld+json and not in a Link header', async (broker, { contexts }) => {
    const context = contexts.serve({});
    const id = await broker.create({ type: 'Building' });
    const answer = await broker.get(entityPath(id), { context, accept: 'application/ld+json' });
    expectThat(memberOf(answer.body, '@context') !== undefined, 'an @context in the body', answer);
    expectThat(!(answer.headers.link ?? '').includes('json-ld#context'), 'no Link to the context', answer);
  });

  test('puts no @context into GeoJSON with Prefer: body=json, and a Link header', async (broker, { contexts }) => {
    const context = contexts.serve({});
    const id = await broker.create({ type: 'Building', location: geoProperty(point(1, 2)) });
    const answer = await broker.get(entityPath(id), {
      context,
      accept: 'application/geo+json',
      headers: { Prefer: 'body=json' },
    });
    expectHeader(answer, 'Link', /json-ld#context/);
    expectThat(memberOf(answer.body, '@context') === undefined, 'no @context in the body', answer);
  });

  test('has neither body nor Content-Length in 204', async (broker) => {
    const id = await broker.create({ type: 'Building', a: property(1) });
    const answer = await broker.patch(attributePath(id, 'a'), { value: 2 });
    expectNoContent(answer);
    expectHeader(answer, 'Content-Length', undefined);
  });

  test('tells errors as application/json whatever Accept says', async (broker) => {
    const answer = await broker.get(entityPath(broker.id()), { accept: 'application/ld+json' });
    expectProblem(answer, 'ResourceNotFound');
    expectHeader(answer, 'Content-Type', /^application\/json/);
    expectThat(memberOf(answer.body, '@context') === undefined, 'no @context', answer);
  });
});

export const formats = clause('6.3.7', 'format and options', ({ test }) => {
  const forms: readonly (readonly [query: Query, a: unknown])[] = [
    [{ format: 'normalized' }, property(1)],
    [{ format: 'concise' }, 1],
    [{ format: 'simplified' }, 1],
    [{ options: 'normalized' }, property(1)],
    [{ options: 'concise' }, 1],
    [{ format: 'normalized', options: 'keyValues' }, property(1)],
    [{ format: 'simplified', options: 'normalized' }, 1],
  ];
  for (const [query, a] of forms) {
    const text = Object.entries(query).map(([name, value]) => `${name}=${value}`);
    test(`gives the form of ${text.join(' before ')}`, async (broker) => {
      const type = broker.name();
      const id = await broker.create({ type, a: property(1) });
      expectBody(await broker.get(entityPath(id), { query }), { id, type, a });
      expectBody(await broker.get('/entities', { query: { type, ...query } }), [{ id, type, a }]);
    });
  }

  for (const query of [
    { format: 'short' },
    { options: 'short' },
    { options: 'keyValues,short' },
    { format: 'concise', options: 'short' },
    { options: 'noOverwrite' },
  ] as Query[]) {
    const text = Object.entries(query).map(([name, value]) => `${name}=${value}`);
    test(`answers 400 InvalidRequest to ${text.join(' with ')}`, async (broker) => {
      const id = await broker.create({ type: 'Building' });
      expectProblem(await broker.get(entityPath(id), { query }), 'InvalidRequest');
      expectProblem(await broker.get('/entities', { query: { type: 'Building', ...query } }), 'InvalidRequest');
    });
  }
});

export const contextCache = clause('6.3.16', 'Cached contexts', ({ test }) => {
  test('are fetched anew once they are too old', async (broker, { contexts }) => {
    const context = contexts.serve({ colour: 'https://example.org/old' }, { 'Cache-Control': 'max-age=1' });
    const id = await broker.create({ type: 'Building', 'https://example.org/new': property(1) });
    await broker.get(entityPath(id), { context });
    contexts.change(context, { colour: 'https://example.org/new' });
    await sleep(1500);
    expectBody(await broker.get(entityPath(id), { context }), { id, type: 'Building', colour: property(1) });
  });

  test('are not fetched again while they are fresh', async (broker, { contexts }) => {
    const context = contexts.serve({ colour: 'https://example.org/colour' }, { 'Cache-Control': 'max-age=60' });
    const id = await broker.create({ type: 'Building', colour: property(1) }, { context });
    const answer = await broker.get(entityPath(id), { context });
    expectThat(contexts.hits(context) === 1, `one request for the context, not ${contexts.hits(context)}`, answer);
  });
});

export const unknownParameters = clause('6.3.20', 'Unknown parameters', ({ test }) => {
  const requests: readonly (readonly [method: string, path: string, body?: unknown])[] = [
    ['POST', '/entities', { id: 'urn:x:never', type: 'Building', '@context': [] }],
    ['GET', '/entities'],
    ['DELETE', '/entities'],
    ['GET', '/entities/urn:x:1'],
    ['DELETE', '/entities/urn:x:1'],
    ['PATCH', '/entities/urn:x:1', {}],
    ['PUT', '/entities/urn:x:1', {}],
    ['POST', '/entities/urn:x:1/attrs', {}],
    ['PATCH', '/entities/urn:x:1/attrs', {}],
    ['PATCH', '/entities/urn:x:1/attrs/a', {}],
    ['DELETE', '/entities/urn:x:1/attrs/a'],
    ['POST', '/entityOperations/create', [{}]],
    ['POST', '/entityOperations/query', { type: 'Query' }],
    ['GET', '/types'],
    ['GET', '/attributes'],
    ['POST', '/subscriptions', {}],
    ['GET', '/subscriptions'],
  ];
  for (const [method, path, body] of requests) {
    test(`give 400 InvalidRequest to ${method} ${path}`, async (broker) => {
      const answer = await broker.request(method, path, body, { query: { invalidParameter: 'x' } });
      expectProblem(answer, 'InvalidRequest');
    });
  }
});
