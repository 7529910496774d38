import { actor } from '@alzette/kit/access';
import { object } from '@alzette/kit/bodies';
import { documents, listed, readable } from '@alzette/kit/objects';
import { identifier, readPath } from '@alzette/kit/parameters';
import { missing } from '@alzette/kit/problems';
import { operation } from '@alzette/kit/routes';
import type { ServiceContext } from '@alzette/kit/service';
import type { FastifyInstance } from 'fastify';
import { questionKind } from '../kept/document-kinds.ts';
import { QUESTIONS } from '../kept/document-rows.ts';
import { readQuestion, SAVED_QUESTION } from '../kept/documents.ts';
import type { DashboardParts } from '../parts.ts';

const PATH = { id: identifier({ required: true }) };

/** `/dashboards/questions`: saved questions, to run again and to show on dashboards. */
export function questionRoutes(scope: FastifyInstance, { db }: DashboardParts, { callerOf }: ServiceContext): void {
  const existing = documents(questionKind, async ({ tenant, params }) => {
    const kept = await QUESTIONS.find(db, tenant, (params as { id: string }).id);
    return kept === undefined ? [] : [kept]; // a new one is the sender's own
  });
  scope.get(
    '/',
    operation({
      access: 'read',
      objects: listed(questionKind),
      summary: 'Saved questions',
      answer: object({ questions: { type: 'array', items: SAVED_QUESTION } }),
    }),
    async (request) => {
      const caller = callerOf(request);
      const all = await readable(request, questionKind, await QUESTIONS.list(db, request.tenant));
      return {
        questions: all.map(({ author, ...question }) => ({
          ...question,
          mayChange: caller.administers || author === actor(caller),
        })),
      };
    },
  );
  scope.put(
    '/:id',
    operation({
      access: 'write',
      objects: existing,
      audited: { values: 'above' },
      summary: 'Saves a question',
      body: SAVED_QUESTION,
    }),
    async (request, reply) => {
      const { id } = readPath(request, PATH);
      const question = readQuestion(request.body);
      const isNew = await QUESTIONS.put(db, request.tenant, id, question, actor(callerOf(request)));
      return reply.code(isNew ? 201 : 204).send();
    },
  );
  scope.delete(
    '/:id',
    operation({
      access: 'write',
      objects: existing,
      audited: { values: 'above' },
      summary: 'Deletes a saved question',
    }),
    async (request, reply) => {
      const { id } = readPath(request, PATH);
      if (!(await QUESTIONS.remove(db, request.tenant, id))) throw missing('question', id);
      return reply.code(204).send();
    },
  );
}
