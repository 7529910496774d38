import type { Database } from '@alzette/kit/database';
import { conflict } from '@alzette/kit/problems';
import { type AskProduct, type ConfigurationKind, deleteDocument, putDocument } from '../documents/kinds.ts';
import { begin, end, renew, takeOver, type Undo, underWay } from '../store/pack-rows.ts';
import type { Step } from './plan.ts';

interface Changing {
  readonly db: Database;
  readonly tenant: string;
  readonly kinds: readonly ConfigurationKind[];
  /** Sends requests with the rights of who changes. */
  readonly ask: AskProduct;
}

/**
 * Takes steps through the API of each kind, with the rights of the caller: whole or not at all. How everything was
 * before is stored first. If a step is refused, the others are taken back; if the process is killed, the next change
 * takes them back.
 *
 * @param finish stores that it is done
 *
 * @throws ProductRefusal: a step was refused; Problem 409: another change is under way
 */
export async function applySteps(
  changing: Changing,
  pack: string,
  steps: readonly Step[],
  finish: () => Promise<void>,
): Promise<void> {
  const { db, tenant, ask } = changing;
  const taken = steps.filter(({ change, write }) => write !== undefined || change === 'delete');
  const undo = taken.map(({ kind, id, here }): Undo => ({ folder: kind.folder, id, ...(here && { before: here }) }));
  if (!(await begin(db, tenant, pack, undo)))
    throw conflict('Another pack is being installed or removed: try again', 'busy');
  try {
    for (const { kind, id, write } of taken) {
      if (write !== undefined) await putDocument(ask, kind, write);
      else await deleteDocument(ask, kind, id);
      await renew(db, tenant);
    }
    await finish();
  } catch (error) {
    await takeBack(changing, undo);
    throw error;
  }
}

/**
 * Takes back what an ended process left half done.
 *
 * @throws Problem 409: it is still under way
 */
export async function takeBackInterrupted(changing: Changing): Promise<void> {
  const { db, tenant } = changing;
  const left = await underWay(db, tenant);
  if (left === undefined) return;
  if (!left.isOver || !(await takeOver(db, tenant))) {
    throw conflict(`The pack ${left.pack} is being installed or removed: try again in a minute`, 'busy');
  }
  await takeBack(changing, left.undo);
}

async function takeBack({ db, tenant, kinds, ask }: Changing, undo: readonly Undo[]): Promise<void> {
  for (const { folder, id, before } of undo.toReversed()) {
    const kind = kinds.find((each) => each.folder === folder);
    if (kind === undefined || (kind.isKept && before === undefined)) continue;
    if (before === undefined) await deleteDocument(ask, kind, id);
    else await putDocument(ask, kind, before);
  }
  await end(db, tenant);
}
