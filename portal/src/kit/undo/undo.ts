import { shallowRef } from 'vue';

/** What was just done, and how it is taken back. */
export interface Undoable {
  readonly said: string;
  undo(): Promise<unknown>;
}

/** What the reader did last, while it can be taken back; there is one at a time. */
export const undoable = shallowRef<Undoable>();

/** Offers to take back what was just done, for ten seconds. */
export function offerUndo(done: Undoable): void {
  undoable.value = done;
}
