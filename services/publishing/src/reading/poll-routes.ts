import { bodyReader, object } from '@alzette/kit/bodies';
import { networkOf } from '@alzette/kit/network';
import { readPath, text } from '@alzette/kit/parameters';
import { missing, Problem, refused } from '@alzette/kit/problems';
import { type AddressLimit, operation } from '@alzette/kit/routes';
import type { FastifyInstance } from 'fastify';
import type { PublishingParts } from '../parts.ts';
import { answerPoll, countAnswers } from '../polls/answers.ts';
import { publicItem } from './public-items.ts';

const BY_ID = { id: text({ max: 100, required: true }) };
const readAnswer = bodyReader<{ device: string; choice: string }>(
  object(
    {
      device: { type: 'string', pattern: '^[A-Za-z0-9_-]{16,64}$', description: 'A random name that the app stores' },
      choice: { type: 'string', maxLength: 40 },
    },
    ['device', 'choice'],
  ),
);

/** `/citizen/v1/polls/{id}/answers`: one answer per device and a bound per network, without an account; the results are public. */
export function pollRoutes(scope: FastifyInstance, { db, keyed, wake }: PublishingParts, limit: AddressLimit): void {
  scope.post(
    '/polls/:id/answers',
    operation({
      access: 'nothing',
      summary: 'Answers a poll, once per device; returns the results so far',
      body: readAnswer.schema,
      answer: object({ answers: { type: 'object', additionalProperties: { type: 'integer' } } }),
    }),
    async (request, reply) => {
      const { id } = readPath(request, BY_ID);
      const { device, choice } = readAnswer(request.body);
      limit.take(request.ip);
      const poll = await publicItem(db, request.tenant, id);
      const choices = poll?.document.poll?.choices;
      if (choices === undefined) throw missing('poll', id);
      if (!choices.some((each) => each.id === choice)) {
        throw refused('choice', choice, `one of ${choices.map((each) => each.id).join(', ')}`);
      }
      const networkHash = keyed.hash('network', request.tenant, id, networkOf(request.ip));
      const isFirst = await answerPoll(db, request.tenant, id, { device, networkHash, choice });
      wake();
      const answers = Object.fromEntries(await countAnswers(db, request.tenant, id));
      if (!isFirst)
        throw new Problem(409, 'Already answered', 'This device has already answered the poll; its answer is kept');
      return reply.code(201).send({ answers });
    },
  );
}
