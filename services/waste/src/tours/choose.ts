import type { Container } from '../forecast/container.ts';
import type { ContainerState } from '../forecast/container-rows.ts';

/** Which containers a round takes. */
export type Choice =
  | { readonly by: 'threshold'; readonly level: number }
  /** Those that may be full before the day ends on which the next round comes, with a chance of one in ten. */
  | { readonly by: 'forecast'; readonly before: number }
  | { readonly by: 'all' };

/** The containers to be emptied; those whose sensor is silent are taken with a forecast's round as well. */
export function chosen(
  containers: readonly Container[],
  states: ReadonlyMap<string, ContainerState>,
  choice: Choice,
): Container[] {
  return containers.filter((container) => {
    const { level = 0, id } = container;
    if (choice.by === 'all') return true;
    if (choice.by === 'threshold') return level >= choice.level;
    const { forecast, faults = [] } = states.get(id) ?? {};
    if (faults.includes('silent')) return true;
    return (forecast?.earliest ?? Number.POSITIVE_INFINITY) <= choice.before || level >= 0.9;
  });
}
