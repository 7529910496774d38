import { clause } from '../clause.ts';
import { property } from '../documents.ts';
import { expectBody, expectSame } from '../expect.ts';
import { entityPath } from '../rig/broker.ts';

export const defaultContext = clause('5.5.5', 'Core context by default', ({ test }) => {
  test('is used when a request names no context', async (broker) => {
    const id = await broker.create({ type: 'Building', almostFull: property(true) });
    expectSame(await broker.read(id), { id, type: 'Building', almostFull: property(true) });
  });

  test('distinguishes default names from equal terms of a context', async (broker, { contexts }) => {
    const context = contexts.serve({ colour: 'https://example.org/colour' });
    const id = await broker.create({ type: 'Building', colour: property('red') });
    const answer = await broker.get(entityPath(id), { context });
    expectBody(answer, { id, type: 'Building', 'ngsi-ld:default-context/colour': property('red') });
  });
});
