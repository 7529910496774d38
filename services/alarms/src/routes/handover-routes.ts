import { sender } from '@alzette/kit/access';
import { documentsInBody, judgeOf, listed, named, OF_SENDER, readable } from '@alzette/kit/objects';
import type { Handlers, RequestOf } from '@alzette/kit/serve';
import type { HandoverContract } from '../contract/contract.ts';
import { latestNotes, noteKind, removeNote, type StoredNote, takeNotes, writeNote } from '../handover/notes.ts';
import { beginShift, shiftOf } from '../handover/shifts.ts';
import type { AlarmParts } from '../parts.ts';

/** `/alarms/handover`: what one shift leaves to the next, and when the sender's own shift began. */
export function handoverHandlers({ db, callerOf }: AlarmParts): Handlers<HandoverContract> {
  const kind = noteKind(db);
  return {
    read: {
      objects: listed(kind),
      async handle(request) {
        const caller = callerOf(request);
        const me = sender(caller);
        const notes = await readable(request, kind, await latestNotes(db, caller.tenant));
        const since = await shiftOf(db, caller.tenant, me);
        return {
          ...(since && { since: since.toISOString() }),
          groups: [...caller.groups],
          mayWrite: await kind.may('write', { author: me }, judgeOf(request)),
          notes: notes.map((note) => shown(note, me, caller.administers)),
        };
      },
    },
    begin: {
      objects: OF_SENDER,
      async handle(request) {
        const caller = callerOf(request);
        const me = sender(caller);
        const at = new Date();
        const notes = await readable(request, kind, await latestNotes(db, caller.tenant));
        const left = notes.filter(({ author, taken }) => author !== me && taken === undefined).map(({ id }) => id);
        await beginShift(db, caller.tenant, me, at);
        const taken = await takeNotes(db, caller.tenant, left, { by: me, at, ...request.body });
        return { since: at.toISOString(), taken };
      },
    },
    write: {
      objects: documentsInBody(kind, async (request: RequestOf<HandoverContract['operations']['write']>) => [
        { author: sender(callerOf(request)), ...request.body },
      ]),
      async handle(request) {
        const caller = callerOf(request);
        return { id: await writeNote(db, caller.tenant, sender(caller), request.body) };
      },
    },
    remove: {
      objects: named(kind),
      async handle({ tenant, params: { id } }) {
        await removeNote(db, tenant, id);
      },
    },
  };
}

function shown({ author, at, taken, ...note }: StoredNote, me: string, administers: boolean) {
  const isOwn = author === me;
  return {
    ...note,
    at: at.toISOString(),
    isOwn,
    mayDelete: isOwn || administers,
    ...(taken && {
      taken: {
        at: taken.at.toISOString(),
        isOwn: taken.by === me,
        ...(taken.signed !== undefined && { signed: taken.signed }),
      },
    }),
  };
}
