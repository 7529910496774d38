import { sender } from '@alzette/kit/access';
import { documents, judgeOf, listed, named, readable } from '@alzette/kit/objects';
import { denied, refused } from '@alzette/kit/problems';
import { answer, type Handlers, type RequestOf } from '@alzette/kit/serve';
import type { SavedViewContract } from '../contract/contract.ts';
import type { DashboardParts } from '../parts.ts';
import { viewKind } from '../stored/document-kinds.ts';
import { VIEWS } from '../stored/document-rows.ts';

/** Of one author: nobody finds one among more. */
const MOST = 200;

/** `/dashboards/views`: pages of the portal with their filters, for their author or a group. */
export function viewHandlers({ db, callerOf }: DashboardParts): Handlers<SavedViewContract> {
  const kind = viewKind(db);
  return {
    list: {
      objects: listed(kind),
      async handle(request) {
        const caller = callerOf(request);
        const judge = judgeOf(request);
        const views = await readable(request, kind, await VIEWS.list(db, caller.tenant));
        return {
          groups: [...caller.groups],
          views: await Promise.all(
            views.map(async ({ changedAt: _changedAt, ...view }) => {
              const { author, ...shown } = view;
              return { ...shown, isOwn: author === sender(caller), mayChange: await kind.may('write', view, judge) };
            }),
          ),
        };
      },
    },
    save: {
      objects: documents(
        kind,
        async ({ tenant, params: { id } }: RequestOf<SavedViewContract['operations']['save']>) => {
          const kept = await VIEWS.find(db, tenant, id);
          return kept === undefined ? [] : [kept]; // a new one is the sender's own
        },
      ),
      async handle(request) {
        const { params, body } = request;
        const caller = callerOf(request);
        const { group } = body;
        if (group !== undefined && !caller.administers && !caller.groups.includes(group))
          throw denied(`group: got "${group}", expected a group of yours`);
        const all = await VIEWS.list(db, caller.tenant);
        const isNew = !all.some(({ id }) => id === params.id);
        const own = all.filter(({ author }) => author === sender(caller)).length;
        if (isNew && own >= MOST)
          throw refused('id', params.id, `that of one of your ${MOST} views: delete some first`);
        await VIEWS.put(db, caller.tenant, params.id, body, sender(caller));
        return answer(isNew ? 201 : 204);
      },
    },
    remove: {
      objects: named(kind),
      async handle({ tenant, params: { id } }) {
        await VIEWS.remove(db, tenant, id);
      },
    },
  };
}
