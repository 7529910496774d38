import { holidaysOfDepartment, isHolidayOf, localDaysOf } from '@alzette/kit/calendar';
import { computeTask } from '@alzette/kit/compute-task';
import { deposits, type FlatSamples, samplesOf } from '@alzette/kit/forecasting';
import type { ContainerState } from './container-rows.ts';
import { forecastFill } from './forecast.ts';
import { sensorFaults } from './sensor-health.ts';

interface ForecastTask {
  readonly timeZone: string;
  readonly now: number;
  readonly containers: readonly {
    readonly id: string;
    readonly status: string | undefined;
    readonly department: string | undefined;
    readonly levels: FlatSamples;
  }[];
}

export const FORECAST = computeTask<typeof forecastSome>('waste.forecast', import.meta.url);

/** The forecast and the sensor health of containers. */
export default function forecastSome({
  timeZone,
  now,
  containers,
}: ForecastTask): readonly Omit<ContainerState, 'madeAt'>[] {
  const localDays = localDaysOf(timeZone);
  return containers.map(({ id, status, department, levels }) => {
    const own = samplesOf(levels);
    const forecast = forecastFill(own, { localDays, isHoliday: isHolidayOf(holidaysOfDepartment(department)), now });
    return {
      container: id,
      ...(forecast && { forecast }),
      faults: sensorFaults(own, { localDays, now, ...(status !== undefined && { status }) }),
      days: deposits(own, localDays).length,
    };
  });
}
