import type { Series, SlotOf } from './series.ts';

/** The input of a forecast, and its length. */
export interface ForecastTask {
  readonly series: Series;
  readonly slotOf: SlotOf;
  /** Indexes in the series, ascending. A forecast starts at each, and uses only the values before it. */
  readonly origins: readonly number[];
  /** The number of steps to forecast. */
  readonly ahead: number;
}
