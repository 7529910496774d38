import { computeTask } from '@alzette/kit/compute-task';
import type { TerritoryInfo, TerritoryShapes } from '@alzette/kit/service';
import type { Container } from '../contract/contract.ts';
import { planTours, type TourOptions, type TourPlan } from './plan-tour.ts';

interface Planned {
  readonly containers: readonly Container[];
  readonly options: TourOptions;
}

export const PLANS = computeTask<typeof planBoth>('waste.rounds', import.meta.url);

/** Plans the chosen rounds, and the fixed ones to compare them with. */
export default function planBoth({
  territory,
  plan,
  fixed,
}: {
  readonly territory: Pick<TerritoryInfo, 'bbox' | 'timeZone'> & Pick<TerritoryShapes, 'streets'>;
  readonly plan: Planned;
  readonly fixed: Planned;
}): readonly [plan: TourPlan, fixed: TourPlan] {
  const planned = ({ containers, options }: Planned) => planTours(territory, containers, options);
  return [planned(plan), planned(fixed)];
}
