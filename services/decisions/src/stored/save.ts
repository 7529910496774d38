import { actor } from '@alzette/kit/access';
import type { Database } from '@alzette/kit/database';
import { judgeOf } from '@alzette/kit/objects';
import { conflict, missing, refused } from '@alzette/kit/problems';
import type { DecisionParts } from '../parts.ts';
import type { DocumentRows, Kept } from './document-rows.ts';
import { mayPublish } from './kinds.ts';

type Request = Parameters<DecisionParts['callerOf']>[0];

/** Creates or replaces a document in the name of a request, which has been judged. @throws Problem 404, 409 */
export async function saveDocument<T extends object>(
  { db, callerOf }: { readonly db: Database; readonly callerOf: DecisionParts['callerOf'] },
  rows: DocumentRows<T>,
  request: Request,
  {
    id,
    version,
    document,
    what,
  }: { readonly id: string; readonly version: number; readonly document: T; readonly what: string },
): Promise<{ readonly kept: Kept<T>; readonly isNew: boolean }> {
  if (!/^[a-z0-9][a-z0-9-]{0,59}$/.test(id)) throw refused('id', id, 'small letters, digits and "-", at most 60');
  const { tenant } = request;
  const saved = { document, author: actor(callerOf(request)), isPublished: mayPublish(judgeOf(request)) };
  const before = await rows.find(db, tenant, id);
  if (before === undefined) {
    if (version > 0) throw missing(what, id);
    if (!(await rows.create(db, tenant, id, saved))) throw changedMeanwhile(id);
  } else if (!(await rows.change(db, tenant, id, version, saved))) throw changedMeanwhile(id);
  const kept = await rows.find(db, tenant, id);
  if (kept === undefined) throw missing(what, id); // deleted in the meantime
  return { kept, isNew: before === undefined };
}

function changedMeanwhile(id: string) {
  return conflict(`${id} was changed in the meantime: reload it`, 'changed');
}
