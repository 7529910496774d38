import { clause } from '../clause.ts';
import { expectHeader, expectProblem, expectThat, memberOf } from '../expect.ts';
import { type Broker, entityPath } from '../rig/broker.ts';
import type { Answer } from '../rig/exchange.ts';

const ERRORS: readonly (readonly [
  what: string,
  type: 'InvalidRequest' | 'BadRequestData' | 'AlreadyExists' | 'ResourceNotFound',
  send: (broker: Broker) => Promise<Answer>,
])[] = [
  ['broken JSON', 'InvalidRequest', (broker) => broker.post('/entities', '{', { contentType: 'application/json' })],
  ['wrong data', 'BadRequestData', (broker) => broker.post('/entities', { id: 'x', type: 'Building' })],
  [
    'an id that is taken',
    'AlreadyExists',
    async (broker) => broker.post('/entities', { id: await broker.create({ type: 'Building' }), type: 'Building' }),
  ],
  ['an unknown entity', 'ResourceNotFound', (broker) => broker.get(entityPath(broker.id()))],
  ['an unknown parameter', 'InvalidRequest', (broker) => broker.get('/entities?nonsense=1')],
  ['an unknown path', 'ResourceNotFound', (broker) => broker.get('/nonsense')],
];

export const errors = clause('5.5.2', 'Errors', ({ test }) => {
  for (const [what, type, send] of ERRORS) {
    test(`are JSON with type, title and a different detail for ${what}`, async (broker) => {
      const answer = await send(broker);
      expectProblem(answer, type);
      expectHeader(answer, 'Content-Type', /^application\/json/);
      const [title, detail] = [memberOf(answer.body, 'title'), memberOf(answer.body, 'detail')];
      const isTold = typeof title === 'string' && typeof detail === 'string' && title !== '' && detail !== '';
      expectThat(isTold && title !== detail, 'a title and a different detail', answer);
      expectHeader(answer, 'Link', undefined);
    });
  }
});
