import { alarms } from '../../alarms/records.ts';
import { refusalOf } from '../../kit/problem/refusal-of.ts';
import { offerUndo } from '../../kit/undo/undo.ts';

/** The acts that can be taken back. */
export type TakenBack = 'acknowledge' | 'start';

export function canBeTakenBack(act: string): act is TakenBack {
  return act === 'acknowledge' || act === 'start';
}

/** @param reload shows what has changed */
export function offerToTakeBack(ids: readonly string[], of: TakenBack, said: string, reload: () => unknown): void {
  offerUndo({
    said,
    async undo() {
      const { results } = await alarms.actOnSeveral({ body: { alarms: ids, act: { act: 'undo', of } } });
      await reload();
      const refused = results.find(({ outcome }) => outcome === 'refused');
      if (refused) throw refusalOf(refused.detail);
    },
  });
}
