import type { Series, SlotOf } from './series.ts';

/** What to forecast from, and how far. */
export interface ForecastTask {
  readonly series: Series;
  readonly slotOf: SlotOf;
  /** Places in the series, ascending: each forecast begins there and knows only what lies before. */
  readonly origins: readonly number[];
  /** Steps. */
  readonly ahead: number;
}
