import { clause } from '../clause.ts';
import { property } from '../documents.ts';
import { expectProblem } from '../expect.ts';

export const temporalMembers = clause('4.8', 'Temporal members', ({ test }) => {
  for (const name of ['observedAt', 'expiresAt']) {
    for (const value of [property('2026-01-02T03:04:05Z'), { '@value': '2026-01-02T03:04:05Z' }, 1767322800]) {
      test(`refuses ${name} ${JSON.stringify(value)}`, async (broker) => {
        const entity = { id: broker.id(), type: 'Building', a: property(1, { [name]: value }) };
        expectProblem(await broker.post('/entities', entity), 'BadRequestData');
      });
    }
  }

  test('refuses a temporal member at the entity that is no time of it', async (broker) => {
    const entity = { id: broker.id(), type: 'Building', observedAt: '2026-01-02T03:04:05Z' };
    expectProblem(await broker.post('/entities', entity), 'BadRequestData');
  });
});
