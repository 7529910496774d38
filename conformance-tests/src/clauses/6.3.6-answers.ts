import { clause } from '../clause.ts';
import { geoProperty, point, property } from '../documents.ts';
import { expectHeader, expectNoContent, expectProblem, expectThat, memberOf } from '../expect.ts';
import { attributePath, entityPath } from '../rig/broker.ts';

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

  test('sends errors as application/json whatever Accept says', async (broker) => {
    const answer = await broker.get(entityPath(broker.id()), { accept: 'application/ld+json' });
    expectProblem(answer, 'ResourceNotFound');
    expectHeader(answer, 'Content-Type', /^application\/json/);
    expectThat(memberOf(answer.body, '@context') === undefined, 'no @context', answer);
  });
});
