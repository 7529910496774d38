import { clause } from '../clause.ts';
import { geoProperty, point, property } from '../documents.ts';
import { expectHeader, expectNoContent, expectStatus, expectThat } from '../expect.ts';
import { entityPath } from '../rig/broker.ts';

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

  test('accepts application/merge-patch+json only for PATCH', async (broker) => {
    const contentType = 'application/merge-patch+json';
    const id = await broker.create({ type: 'Building', a: property(1) });
    expectNoContent(await broker.patch(`${entityPath(id)}/attrs`, { a: property(2) }, { contentType }));
    expectStatus(await broker.post(`${entityPath(id)}/attrs`, { a: property(3) }, { contentType }), 415);
  });

  test('accepts a charset with the media type', async (broker) => {
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
