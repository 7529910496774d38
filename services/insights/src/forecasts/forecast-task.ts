import { holidaysOfDepartment, isHolidayOf, localDaysOf } from '@alzette/kit/calendar';
import { computeTask } from '@alzette/kit/compute-task';
import { type FlatSamples, samplesOf } from '@alzette/kit/forecasting';
import type { Asset } from '../assets/read-assets.ts';
import type { ForecastTarget } from '../assets/target.ts';
import type { MadeForecast } from './forecast-entity.ts';
import { makeForecast } from './make-forecast.ts';

interface ForecastTask {
  readonly target: ForecastTarget;
  readonly timeZone: string;
  readonly now: number;
  readonly assets: readonly {
    readonly asset: Asset;
    readonly department: string | undefined;
    readonly samples: FlatSamples;
  }[];
}

export const FORECAST = computeTask<typeof forecastAssets>('insights.forecast', import.meta.url);

/** The forecasts of those assets of which enough is known. */
export default function forecastAssets({ target, timeZone, now, assets }: ForecastTask): MadeForecast[] {
  const localDays = localDaysOf(timeZone);
  return assets.flatMap(({ asset, department, samples }) => {
    const isHoliday = isHolidayOf(holidaysOfDepartment(department));
    return makeForecast(asset, target, { samples: samplesOf(samples), localDays, isHoliday, now }) ?? [];
  });
}
