import { holidaysOfDepartment, isHolidayOf, localDaysOf } from '@alzette/kit/calendar';
import { computeTask } from '@alzette/kit/compute-task';
import { type FlatSamples, samplesOf, slotsOf } from '@alzette/kit/forecasting';
import { seriesFrom } from '../assets/series-from.ts';
import type { Target } from '../assets/target.ts';
import { type FaultTrial, tryFaults } from './try-faults.ts';

interface TrialTask {
  readonly target: Target;
  readonly timeZone: string;
  readonly now: number;
  readonly assets: readonly {
    readonly max: number | undefined;
    readonly department: string | undefined;
    readonly samples: FlatSamples;
  }[];
}

export const TRIALS = computeTask<typeof tryAll>('insights.trials', import.meta.url);

/** Adds artificial faults to the series of assets and searches for them. */
export default function tryAll({ target, timeZone, now, assets }: TrialTask): FaultTrial[] {
  const shape = { perDay: 24, localDays: localDaysOf(timeZone), now };
  return assets.flatMap(({ max, department, samples }, turn) => {
    const series = seriesFrom(target, samplesOf(samples), shape);
    const slotOf = slotsOf(24, isHolidayOf(holidaysOfDepartment(department)));
    return tryFaults(series, slotOf, { kind: target.kind, max, turn }) ?? [];
  });
}
