import { holidaysOfDepartment, isHolidayOf, localDaysOf } from '@alzette/kit/calendar';
import { computeTask } from '@alzette/kit/compute-task';
import { type FlatSamples, learnUsual, samplesOf, slotsOf, type UsualValues } from '@alzette/kit/forecasting';
import { seriesFrom } from '../assets/series-from.ts';
import type { Target } from '../assets/target.ts';

interface LearnTask {
  readonly target: Target;
  readonly timeZone: string;
  /** The end of the samples, milliseconds since 1970. */
  readonly now: number;
  readonly assets: readonly { readonly department: string | undefined; readonly samples: FlatSamples }[];
}

export const LEARNING = computeTask<typeof learnAll>('insights.learning', import.meta.url);

/** The usual values of each asset by hour of the week; undefined: too little is known. */
export default function learnAll({ target, timeZone, now, assets }: LearnTask): (UsualValues | undefined)[] {
  const shape = { perDay: 24, localDays: localDaysOf(timeZone), now };
  return assets.map(({ department, samples }) =>
    learnUsual(
      seriesFrom(target, samplesOf(samples), shape),
      slotsOf(24, isHolidayOf(holidaysOfDepartment(department))),
    ),
  );
}
