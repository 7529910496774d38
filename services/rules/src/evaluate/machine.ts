import type { CompiledRule } from './compile-rule.ts';
import type { EntityReader } from './entity-reader.ts';
import { step, type Track, type Transition } from './track.ts';

/** The evaluation state of a rule on an entity; serialisable data. */
export interface Machine {
  /** The last evaluated time. */
  readonly at: number;
  /** The next evaluation without a new sample; null: never. */
  readonly due: number | null;
  /** One track per cause of the rule. */
  readonly tracks: readonly Track[];
}

/** @param since the beginning of the evaluation */
export function newMachine(rule: CompiledRule, since: number): Machine {
  return { at: since - 1, due: since, tracks: rule.causes.map(() => ({})) };
}

/** Evaluates a rule on its entity up to a time, over samples and timers in order. Calls `onTransition` for each transition. */
export function run(
  machine: Machine,
  rule: CompiledRule,
  entity: EntityReader,
  upTo: number,
  onTransition: (transition: Transition) => void,
): Machine {
  let { at, tracks } = machine;
  let due = machine.due ?? Number.POSITIVE_INFINITY;
  let isMoved = false;
  for (;;) {
    const next = Math.min(entity.nextAfter(rule.attrs, at), due);
    if (next > upTo || next === Number.POSITIVE_INFINITY) break;
    at = Math.max(next, at);
    due = Number.POSITIVE_INFINITY;
    const moved: Track[] = [];
    for (let i = 0; i < tracks.length; i++) {
      const stepped = step(
        tracks[i] as Track,
        rule.causes[i] as CompiledRule['causes'][number],
        entity,
        at,
        rule.minIntervalMs,
      );
      moved.push(stepped.track);
      if (stepped.transition !== undefined) onTransition(stepped.transition);
      if (stepped.next < due) due = stepped.next;
    }
    tracks = moved;
    isMoved = true;
  }
  if (!isMoved) return machine;
  return { at, due: due === Number.POSITIVE_INFINITY ? null : due, tracks };
}
