import { actor } from '@alzette/kit/access';
import { documents, listed, readable } from '@alzette/kit/objects';
import { missing } from '@alzette/kit/problems';
import { answer, type Handlers, type RequestOf } from '@alzette/kit/serve';
import type { QuestionContract } from '../contract/contract.ts';
import type { DashboardParts } from '../parts.ts';
import { questionKind } from '../stored/document-kinds.ts';
import { QUESTIONS } from '../stored/document-rows.ts';
import { checkQuestion } from '../stored/documents.ts';

/** `/dashboards/questions`: saved questions, to run again and to show on dashboards. */
export function questionHandlers({ db, callerOf }: DashboardParts): Handlers<QuestionContract> {
  const existing = documents(
    questionKind,
    async ({ tenant, params }: RequestOf<QuestionContract['operations']['save' | 'remove']>) => {
      const kept = await QUESTIONS.find(db, tenant, params.id);
      return kept === undefined ? [] : [kept]; // a new one is the sender's own
    },
  );
  return {
    list: {
      objects: listed(questionKind),
      async handle(request) {
        const caller = callerOf(request);
        const all = await readable(request, questionKind, await QUESTIONS.list(db, request.tenant));
        return {
          questions: all.map(({ author, ...question }) => ({
            ...question,
            mayChange: caller.administers || author === actor(caller),
          })),
        };
      },
    },
    save: {
      objects: existing,
      async handle(request) {
        const { tenant, params, body } = request;
        checkQuestion(body);
        const isNew = await QUESTIONS.put(db, tenant, params.id, body, actor(callerOf(request)));
        return answer(isNew ? 201 : 204);
      },
    },
    remove: {
      objects: existing,
      async handle({ tenant, params: { id } }) {
        if (!(await QUESTIONS.remove(db, tenant, id))) throw missing('question', id);
      },
    },
  };
}
