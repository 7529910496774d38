import { clause } from '../clause.ts';
import { property } from '../documents.ts';
import { expectProblem, expectSame } from '../expect.ts';

export const names = clause('4.6.2', 'Names', ({ test }) => {
  for (const name of ['my attr', '9Vehicle', 'a-b', 'a.b', '@invalid', '', 'a{b', 'a"b', 'type%20']) {
    test(`refuses an attribute named "${name}"`, async (broker) => {
      const entity = { id: broker.id(), type: 'Building', [name]: property(1) };
      expectProblem(await broker.post('/entities', entity), 'BadRequestData');
    });
    test(`refuses a type named "${name}"`, async (broker) => {
      expectProblem(await broker.post('/entities', { id: broker.id(), type: name }), 'BadRequestData');
    });
  }

  test('refuses a type named "type"', async (broker) => {
    expectProblem(await broker.post('/entities', { id: broker.id(), type: 'type' }), 'BadRequestData');
  });

  for (const name of ['Škola', 'výška_1', 'é', 'A1', 'a_b', 'https://example.org/a#b-c']) {
    test(`accepts an attribute named "${name}"`, async (broker) => {
      const id = await broker.create({ type: 'Building', [name]: property(1) });
      expectSame(await broker.read(id), { id, type: 'Building', [name]: property(1) });
    });
  }
});
