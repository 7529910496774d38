export {
  type ChosenForecast,
  chooseForecast,
  type ForecastEvaluation,
  type ForecastOptions,
  type ForecastPoint,
} from './choose-forecast.ts';
export { type Counter, type DayUse, dayUses, type HourUse, hourUses } from './counter.ts';
export { type DayDeposit, deposits, emptyings, type Levels } from './deposits.ts';
export { type FlatSamples, flatSamples, samplesOf } from './flat-samples.ts';
export type { ForecastTask } from './forecast-task.ts';
export { BASELINES, FORECASTERS, type ForecasterName, forecasters } from './forecasters.ts';
export {
  before,
  heldMeans,
  mean,
  median,
  quantile,
  type Samples,
  type Series,
  type SlotOf,
  seriesOf,
  slotsOf,
} from './series.ts';
export { LAST_STEPS, learnUsual, ODD_FROM, type Oddity, oddityOf, type UsualValues } from './usual-values.ts';
export { type DayAmount, expectedOn, expectedRise, fitWeek, MIN_DAYS, type WeekProfile } from './week-profile.ts';
