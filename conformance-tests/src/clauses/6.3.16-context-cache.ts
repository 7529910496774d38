import { setTimeout as sleep } from 'node:timers/promises';
import { clause } from '../clause.ts';
import { property } from '../documents.ts';
import { expectBody, expectThat } from '../expect.ts';
import { entityPath } from '../rig/broker.ts';

export const contextCache = clause('6.3.16', 'Cached contexts', ({ test }) => {
  test('are fetched again when they are too old', async (broker, { contexts }) => {
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
