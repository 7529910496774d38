import type { HarvestedItem } from './harvest.ts';
import type { ItemMapper, ItemPlace } from './item-mapper.ts';
import type { ItemProblem } from './item-mapping.ts';

const PROBLEMS_KEPT = 100;

/** Collects the items of a run. Of items with the same key and time the last one is used. */
export interface Gathering {
  add(data: unknown, place: ItemPlace): void;
  refuse(problem: ItemProblem): void;
  harvest(): { rows: number; items: HarvestedItem[]; problems: ItemProblem[]; refused: number };
}

export function startGathering(map: ItemMapper, fetchedAt: string): Gathering {
  const items = new Map<string, HarvestedItem>();
  const problems: ItemProblem[] = [];
  let rows = 0;
  let refused = 0;
  const note = (problem: ItemProblem): void => {
    if (problem.refused) refused += 1;
    if (problems.length < PROBLEMS_KEPT) problems.push(problem);
  };
  return {
    add(data, place) {
      rows += 1;
      const mapped = map(data, place, fetchedAt);
      for (const problem of mapped.problems) note(problem);
      if (mapped.item !== undefined) items.set(`${mapped.item.moment ?? ''} ${mapped.item.key}`, mapped.item);
    },
    refuse(problem) {
      rows += 1;
      note(problem);
    },
    harvest: () => ({ rows, items: [...items.values()], problems, refused }),
  };
}
