import type { IsHoliday, LocalDays } from '@alzette/kit/calendar';
import { type ChosenForecast, chooseForecast, type Samples, slotsOf } from '@alzette/kit/forecasting';
import type { Asset } from '../assets/read-assets.ts';
import { seriesFrom } from '../assets/series-from.ts';
import type { ForecastTarget } from '../assets/target.ts';
import { instantsOf, type MadeForecast } from './forecast-entity.ts';

interface ForecastPast {
  readonly samples: Samples;
  readonly localDays: LocalDays;
  readonly isHoliday: IsHoliday;
  /** Milliseconds since 1970. */
  readonly now: number;
}

const DAY = 86_400_000;
/** A series whose last sample is older than this can't be continued. */
const STALE = 2 * DAY;

/** The forecast of an asset from its history. Undefined: too little is known, or it no longer reports. */
export function makeForecast(asset: Asset, target: ForecastTarget, past: ForecastPast): MadeForecast | undefined {
  const { samples, localDays, isHoliday, now } = past;
  const { perDay, ahead, kind } = target;
  const last = samples.at(-1);
  if (last === undefined || now - last[1] > STALE) return undefined;
  const series = seriesFrom(target, samples, { perDay, localDays, now });
  const made = chooseForecast(series, {
    slotOf: slotsOf(perDay, isHoliday),
    ahead,
    min: 0,
    ...(asset.max !== undefined && { max: asset.max }),
    ...(kind === 'level' && { isSum: true, max: Number.POSITIVE_INFINITY }),
  });
  if (made === undefined) return undefined;
  const days = Math.round(series.values.length / perDay);
  const points = kind === 'level' ? levelsOf(made, last, localDays) : valuesOf(made, perDay, localDays);
  return { asset, target, forecast: made, points, days, madeAt: now };
}

function valuesOf({ points }: ChosenForecast, perDay: number, localDays: LocalDays): MadeForecast['points'] {
  const instants = instantsOf(
    points.map(({ step }) => step),
    perDay,
    localDays,
  );
  return points.map(({ value, low, high }, i) => [instants[i] as number, value, low, high]);
}

/**
 * The level at the end of each day without emptying: the last level plus the inflow. For the day of the last level,
 * only the rest of the day counts.
 */
function levelsOf(
  { points }: ChosenForecast,
  [level, at]: readonly [number, number],
  localDays: LocalDays,
): MadeForecast['points'] {
  const gone = localDays(at);
  const today = points.find(({ step }) => step === Math.floor(gone));
  const already = today === undefined ? undefined : gone - today.step;
  const ends = instantsOf(
    points.map(({ step }) => step + 1),
    1,
    localDays,
  );
  const full = (share: number) => Math.min(1, Math.max(level, level + share));
  return points.flatMap(({ step, value, low, high }, i): [number, number, number, number][] => {
    if (step + 1 <= gone) return [];
    const less = (today?.value ?? 0) * (already ?? 0);
    return [[ends[i] as number, full(value - less), full(low - less), full(high - less)]];
  });
}
