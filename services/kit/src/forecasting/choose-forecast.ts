import { BASELINES, FORECASTERS, type ForecasterName, forecasters } from './forecasters.ts';
import { mean, quantile, type Series, type SlotOf } from './series.ts';

/** A forecast with its evaluation. */
export interface ChosenForecast {
  readonly method: ForecasterName;
  /** No other method was better than a baseline, so that one is used. */
  readonly isBaseline: boolean;
  readonly points: readonly ForecastPoint[];
  /** The share of values that should lie in their interval. */
  readonly promised: number;
  readonly evaluation: ForecastEvaluation;
}

export interface ForecastPoint {
  /** Steps since 1970, local. */
  readonly step: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Measured on the last part of the history, which was not used for the choice of the method or for intervals. */
export interface ForecastEvaluation {
  /** The number of forecast values with a known real value. */
  readonly cases: number;
  /** Mean absolute errors of each method. */
  readonly errors: { readonly [name in ForecasterName]: number };
  /** Of the method that is used, and of the better baseline. */
  readonly error: number;
  readonly baselineError: number;
  /** The share of values that were in their interval. */
  readonly coverage: number;
}

export interface ForecastOptions {
  readonly slotOf: SlotOf;
  /** Steps. */
  readonly ahead: number;
  /** What forecasts can't exceed. */
  readonly min?: number;
  readonly max?: number;
  /** Forecasts are running totals of the steps, as for the content of a container. */
  readonly isSum?: boolean;
  /** The share of values that should lie in their interval. Default 0.8. */
  readonly promised?: number;
}

/** The minimum number of days before each trial, and the number of trials. */
const MIN_KNOWN_DAYS = 14;
const MAX_TRIALS = 42;
const MIN_TRIALS = 6;
/** The share of trials, the last ones, that is only used for the evaluation. */
const HELD_BACK = 0.35;

/**
 * Tries every method on the past of the series, chooses the one with the smallest error, and evaluates it on later
 * trials. If it is better than the baselines neither on these nor on all trials, the best baseline is used. Intervals
 * are quantiles of the errors (split conformal prediction), scaled by the hour of the day. Undefined: there are too few
 * values.
 */
export function chooseForecast(series: Series, options: ForecastOptions): ChosenForecast | undefined {
  const { ahead, promised = 0.8 } = options;
  const { perDay, first, values } = series;
  const origins = trialsOf(series, ahead);
  if (origins.length < MIN_TRIALS) return undefined;
  const known = Math.round(origins.length * (1 - HELD_BACK));
  const trials = new Map(FORECASTERS.map((name) => [name, tried(series, name, origins, options)]));
  const errorsOf = (from: number, to: number) =>
    Object.fromEntries(
      [...trials].map(([name, runs]) => [name, meanError(runs.slice(from, to).flat())]),
    ) as unknown as ForecastEvaluation['errors'];
  const [before, heldBack] = [errorsOf(0, known), errorsOf(known, origins.length)];
  const chosen = leastOf(before, FORECASTERS);
  const baseline = leastOf(heldBack, BASELINES);
  const all = errorsOf(0, origins.length);
  // A few days are not enough evidence: the method is rejected only if it is not better on the later trials and on all.
  const isBeaten = heldBack[chosen] < heldBack[baseline] || all[chosen] < all[leastOf(all, BASELINES)];
  const method = isBeaten ? chosen : leastOf(before, BASELINES);
  const runs = trials.get(method) ?? [];
  if (!Number.isFinite(before[method])) return undefined;
  const cases = runs.slice(known).flat().length;
  const { coverage, interval } = followCoverage(runs, { promised, perDay, known, lag: Math.ceil(ahead / perDay) });
  const [forecast = new Float64Array()] = forecasters[method]({ series, ...options, origins: [values.length] });
  const points = cumulated(bounded(forecast, options), options.isSum).map((value, h) => {
    const step = first + values.length + h;
    const { low, high } = interval({ h, hour: hourOf(step, perDay) });
    return { step, value, low: within(value + low, options), high: within(value + high, options) };
  });
  return {
    method,
    isBaseline: BASELINES.includes(method),
    points,
    promised,
    evaluation: {
      cases,
      errors: heldBack,
      error: heldBack[method],
      baselineError: heldBack[baseline],
      coverage,
    },
  };
}

/** The starts of the trials: one a day, the last one so early that all its real values are known. */
function trialsOf({ perDay, values }: Series, ahead: number): number[] {
  const origins: number[] = [];
  for (let at = values.length - ahead; at >= MIN_KNOWN_DAYS * perDay; at -= perDay) origins.unshift(at);
  return origins.slice(-MAX_TRIALS);
}

interface Trial {
  /** Steps after the origin, from 0. */
  readonly h: number;
  readonly hour: number;
  /** The real value minus the forecast. */
  readonly error: number;
}

function tried(series: Series, name: ForecasterName, origins: readonly number[], options: ForecastOptions): Trial[][] {
  const { perDay, first, values } = series;
  const forecasts = forecasters[name]({ series, ...options, origins });
  return origins.map((origin, i) => {
    const forecast = cumulated(bounded(forecasts[i] ?? new Float64Array(), options), options.isSum);
    const came = cumulated([...values.subarray(origin, origin + options.ahead)], options.isSum);
    return forecast.flatMap((value, h) => {
      const error = (came[h] ?? Number.NaN) - value;
      return Number.isNaN(error) ? [] : [{ h, hour: hourOf(first + origin + h, perDay), error }];
    });
  });
}

function bounded(forecast: Float64Array, options: ForecastOptions): number[] {
  // Bounds of a sum are those of the whole, not of its parts.
  return [...forecast].map((value) => within(value, options.isSum ? { min: 0 } : options));
}

function within(value: number, { min, max }: Pick<ForecastOptions, 'min' | 'max'>): number {
  return Math.min(max ?? Number.POSITIVE_INFINITY, Math.max(min ?? Number.NEGATIVE_INFINITY, value));
}

function cumulated(values: readonly number[], isSum: boolean | undefined): number[] {
  if (isSum !== true) return [...values];
  let sum = 0;
  return values.map((value) => {
    sum += value;
    return sum;
  });
}

function hourOf(step: number, perDay: number): number {
  return ((step % perDay) + perDay) % perDay;
}

function meanError(trials: readonly Trial[]): number {
  return trials.length === 0 ? Number.POSITIVE_INFINITY : mean(trials.map(({ error }) => Math.abs(error)));
}

/** The method with the smallest error; the first one if several are equal. */
function leastOf<Name extends ForecasterName>(errors: ForecastEvaluation['errors'], names: readonly Name[]): Name {
  return names.reduce((best, name) => (errors[name] < errors[best] ? name : best));
}

const SMALLEST_SCALE = 0.1;
/** The minimum number of trials for an interval. */
const MIN_CALIBRATED = 4;
/** How fast intervals become wider after too many misses, and narrower after too few. */
const GAMMA = 0.25;
const NARROWEST = 0.5;
const WIDEST = 0.98;

/**
 * Goes through the trials in order of time, each with an interval from the errors known at that time. If fewer values
 * than promised were in their interval, it becomes wider (adaptive conformal inference, Gibbs and Candès, 2021).
 *
 * @param known the coverage is measured on the trials from this one on. lag: days until all real values of a trial are
 * known
 */
function followCoverage(
  runs: readonly (readonly Trial[])[],
  {
    promised,
    perDay,
    known,
    lag,
  }: { readonly promised: number; readonly perDay: number; readonly known: number; readonly lag: number },
) {
  const inside = { count: 0, all: 0 };
  const held: number[] = [];
  let share = promised;
  const begin = Math.min(known, MIN_CALIBRATED + lag - 1);
  runs.forEach((run, i) => {
    if (i < begin) return;
    const before = held[i - lag];
    if (before !== undefined) share = adapted(share, promised - before);
    const interval = calibrate(runs.slice(0, Math.max(MIN_CALIBRATED, i - lag + 1)).flat(), share, perDay);
    const within = run.filter((trial) => {
      const { low, high } = interval(trial);
      return trial.error >= low - 1e-9 && trial.error <= high + 1e-9;
    }).length;
    held[i] = run.length === 0 ? promised : within / run.length;
    if (i < known) return;
    inside.count += within;
    inside.all += run.length;
  });
  // The coverage of the last trials has not been taken into account yet.
  for (const last of held.slice(-lag)) share = adapted(share, (promised - last) / lag);
  return {
    coverage: inside.all === 0 ? Number.NaN : inside.count / inside.all,
    interval: calibrate(runs.flat(), share, perDay),
  };
}

function adapted(share: number, lacking: number): number {
  return Math.min(WIDEST, Math.max(NARROWEST, share + GAMMA * lacking));
}

/** The interval of errors that contains this share of cases, by the number of steps ahead and the hour of the day. */
function calibrate(trials: readonly Trial[], share: number, perDay: number) {
  const sums = Array.from({ length: perDay }, () => ({ sum: 0, count: 0 }));
  let sum = 0;
  for (const { error, hour } of trials) {
    const own = sums[hour] as { sum: number; count: number };
    own.sum += Math.abs(error);
    own.count += 1;
    sum += Math.abs(error);
  }
  const overall = sum / Math.max(1, trials.length);
  const scales = sums.map((own) => (own.count === 0 ? overall : own.sum / own.count) + SMALLEST_SCALE * overall);
  const scaleOf = (hour: number) => scales[hour] || 1;
  const farOf = (h: number) => Math.floor(h / perDay);
  const bounds = new Map(
    [...Map.groupBy(trials, ({ h }) => farOf(h))].map(([far, group]) => {
      const scaled = group.map(({ error, hour }) => error / scaleOf(hour));
      // The finite-sample correction of conformal prediction: (n + 1) of n.
      const upper = Math.min(1, (1 + share) / 2 + 1 / group.length / 2);
      return [far, { low: quantile(scaled, 1 - upper), high: quantile(scaled, upper) }];
    }),
  );
  return ({ h, hour }: Pick<Trial, 'h' | 'hour'>) => {
    const { low, high } = bounds.get(farOf(h)) ?? { low: 0, high: 0 };
    return { low: Math.min(0, low) * scaleOf(hour), high: Math.max(0, high) * scaleOf(hour) };
  };
}
