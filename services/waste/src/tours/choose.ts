import type { Container } from '../contract/contract.ts';
import type { ContainerState } from '../forecast/container-rows.ts';

/** The selection of containers for a round. */
export type Choice =
  | { readonly by: 'threshold'; readonly level: number }
  /** Containers that will be full before the end of the day of the next round, with a probability of 10 % or more. */
  | { readonly by: 'forecast'; readonly before: number }
  | { readonly by: 'all' };

/** The containers to empty. With a forecast, containers with a silent sensor are included. */
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
