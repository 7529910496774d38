import { mean, type Samples } from '@alzette/kit/forecasting';
import { FORECAST_TARGETS, type ForecastTarget } from '../src/assets/target.ts';
import { makeForecast } from '../src/forecasts/make-forecast.ts';
import * as generated from './generated-series.ts';
import { DAY, type Generated, HOUR, isHoliday, localDays } from './generated-series.ts';

/** The results for one kind of series on days that the models have not seen. */
export interface ForecastFigures {
  readonly name: string;
  readonly unit: string;
  readonly series: number;
  /** The number of forecast values. */
  readonly cases: number;
  /** Mean absolute errors. */
  readonly error: number;
  readonly seasonalNaive: number;
  readonly naive: number;
  readonly promised: number;
  readonly coverage: number;
  /** How often each method was chosen. */
  readonly methods: { readonly [method: string]: number };
}

type Generate = (seed: number, firstDay: number, days: number) => Generated;

const KINDS: readonly { name: string; unit: string; use: string; target: string; generate: Generate; known: number }[] =
  [
    {
      name: 'filling of containers',
      unit: 'share',
      use: 'fill-forecast',
      target: 'containers',
      generate: generated.filling,
      known: 70,
    },
    {
      name: 'electricity of buildings',
      unit: 'kWh/h',
      use: 'energy-forecast',
      target: 'buildings',
      generate: generated.electricity,
      known: 70,
    },
    {
      name: 'heating of buildings',
      unit: 'kWh/h',
      use: 'energy-forecast',
      target: 'buildings',
      generate: generated.heating,
      known: 70,
    },
    {
      name: 'power of lighting',
      unit: 'kW',
      use: 'energy-forecast',
      target: 'lighting',
      generate: generated.lighting,
      known: 70,
    },
    {
      name: 'free places',
      unit: 'places',
      use: 'occupancy-forecast',
      target: 'parking',
      generate: generated.parking,
      known: 70,
    },
    {
      name: 'free charging points',
      unit: 'points',
      use: 'occupancy-forecast',
      target: 'charging',
      generate: generated.charging,
      known: 70,
    },
  ];

/** A Monday; the held-back days include Good Friday, Easter and the first of May. */
const FIRST_DAY = Math.floor(Date.UTC(2026, 0, 12) / DAY);
const HELD_BACK_DAYS = 28;

/** Forecasts for each kind from every third day of four held-back weeks, each from the samples before it. */
export function evaluateForecasts(series: number): ForecastFigures[] {
  return KINDS.map(({ name, unit, use, target: wanted, generate, known }) => {
    const target = FORECAST_TARGETS[use]?.find((each) => each.name === wanted) as ForecastTarget;
    const errors = { own: [] as number[], seasonalNaive: [] as number[], naive: [] as number[] };
    const methods: Record<string, number> = {};
    let [inside, cases, promised] = [0, 0, 0];
    for (let seed = 1; seed <= series; seed += 1) {
      const { samples, truth, firstStep, max } = generate(seed, FIRST_DAY, known + HELD_BACK_DAYS + target.ahead);
      for (let day = known; day < known + HELD_BACK_DAYS; day += 3) {
        const now = (FIRST_DAY + day) * DAY;
        const past = pastOf(samples, now);
        const asset = { id: `urn:x:${seed}`, scopes: [], ...(max !== undefined && { max }) };
        const made = makeForecast(asset, target, { samples: past, localDays, isHoliday, now });
        if (made === undefined) throw new Error(`${name} ${seed}: no forecast on day ${day}`);
        methods[made.forecast.method] = (methods[made.forecast.method] ?? 0) + 1;
        promised = made.forecast.promised;
        const last = past.at(-1)?.[0] ?? 0;
        const at = (FIRST_DAY + day) * target.perDay - firstStep;
        const week = 7 * target.perDay;
        const path = (from: number) => pathOf(target, last, truth.slice(from, from + target.ahead));
        const [came, weekBefore] = [path(at), path(at - week)];
        const lastAmount = target.kind === 'level' ? (truth[at - 1] ?? 0) : (truth[at - 1] ?? 0);
        const goesOn = pathOf(
          target,
          last,
          Array.from({ length: target.ahead }, () => lastAmount),
        );
        made.points.forEach(([, value, low, high], h) => {
          const real = came[h] as number;
          errors.own.push(Math.abs(real - value));
          errors.seasonalNaive.push(Math.abs(real - (weekBefore[h] as number)));
          errors.naive.push(Math.abs(real - (goesOn[h] as number)));
          if (real >= low - 1e-9 && real <= high + 1e-9) inside += 1;
          cases += 1;
        });
      }
    }
    return {
      name,
      unit,
      series,
      cases,
      error: mean(errors.own),
      seasonalNaive: mean(errors.seasonalNaive),
      naive: mean(errors.naive),
      promised,
      coverage: inside / cases,
      methods,
    };
  });
}

/** The samples before a time; a sample of a gauge at the full hour is included. */
function pastOf(samples: Samples, now: number): Samples {
  return samples.filter(([, at]) => at <= now && at > now - 70 * DAY - HOUR);
}

/** For levels: the level at the end of each day without emptyings. */
function pathOf({ kind }: ForecastTarget, last: number, values: readonly number[]): number[] {
  if (kind !== 'level') return [...values];
  let level = last;
  return values.map((amount) => {
    level += amount;
    return Math.min(1, level);
  });
}
