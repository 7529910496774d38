import { clause } from '../clause.ts';
import { property } from '../documents.ts';
import { at, expectThat, memberOf } from '../expect.ts';
import { entityPath } from '../rig/broker.ts';

export const contextMember = clause('5.2.3', '@context of answers', ({ test }) => {
  test('names the context of the request', async (broker, { contexts }) => {
    const context = contexts.serve({ colour: 'https://example.org/colour' });
    const type = broker.name();
    const id = await broker.create({ type, colour: property('red') }, { context });
    const names = (body: unknown) => JSON.stringify(memberOf(body, '@context') ?? null).includes(context);
    const one = await broker.get(entityPath(id), { context, accept: 'application/ld+json' });
    expectThat(names(one.body), `@context with ${context}`, one);
    const all = await broker.get('/entities', { context, accept: 'application/ld+json', query: { type } });
    expectThat(names(at(all.body, 0)), `@context with ${context} in each entity`, all);
  });

  test('names the core context when the request has none', async (broker) => {
    const id = await broker.create({ type: 'Building' });
    const answer = await broker.get(entityPath(id), { accept: 'application/ld+json' });
    expectThat(
      /ngsi-ld-core-context/.test(JSON.stringify(memberOf(answer.body, '@context'))),
      'the core context',
      answer,
    );
  });
});
