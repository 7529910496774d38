import {
  before,
  LAST_STEPS,
  learnUsual,
  mean,
  ODD_FROM,
  oddityOf,
  type Series,
  slotsOf,
} from '@alzette/kit/forecasting';
import * as generated from './generated-series.ts';
import { DAY, type Generated, isHoliday } from './generated-series.ts';
import { type Random, randomOf } from './random.ts';

/** How well what was put into a kind of series was found. */
export interface AnomalyFigures {
  readonly name: string;
  readonly events: number;
  /** Share of events that were found, and of findings that were events. */
  readonly recall: number;
  readonly precision: number;
  /** Of the baseline: more than three standard deviations from the mean of all hours. */
  readonly baselineRecall: number;
  readonly baselinePrecision: number;
  /** False findings in a thousand series and days. */
  readonly falsePerThousandDays: number;
}

const KINDS: readonly { name: string; generate: (seed: number, firstDay: number, days: number) => Generated }[] = [
  { name: 'meters', generate: generated.electricity },
  { name: 'lighting', generate: generated.lighting },
  { name: 'counters of places', generate: generated.parking },
];
const FIRST_DAY = Math.floor(Date.UTC(2026, 8, 7) / DAY);
const LEARN_DAYS = 35;
const HELD_BACK_DAYS = 28;
const EVENTS = 3;
const EVENT_HOURS = 10;
const SIGMAS = 3;

/** Puts events into weeks that were held back, and looks for them hour by hour. */
export function evaluateAnomalies(series: number): AnomalyFigures[] {
  return KINDS.map(({ name, generate }) => {
    const own = { found: 0, right: 0, all: 0 };
    const baseline = { found: 0, right: 0, all: 0 };
    for (let seed = 1; seed <= series; seed += 1) {
      const { truth, firstStep, max } = generate(seed, FIRST_DAY, LEARN_DAYS + HELD_BACK_DAYS);
      const random = randomOf(seed + 10_000);
      const values = Float64Array.from(truth);
      const start = LEARN_DAYS * 24;
      const events = putEvents(values, start, random, max);
      const whole: Series = { perDay: 24, first: firstStep, values };
      const slotOf = slotsOf(24, isHoliday);
      const flagged = scored(whole, start, slotOf);
      const learned = [...values.subarray(0, start)];
      const middle = mean(learned);
      const sigma = Math.sqrt(mean(learned.map((value) => (value - middle) ** 2)));
      const plain = new Set(
        Array.from({ length: values.length - start }, (_, i) => start + i).filter((i) => {
          return [0, 1, 2].every((back) => Math.abs((values[i - back] ?? middle) - middle) > SIGMAS * sigma);
        }),
      );
      count(own, flagged, events);
      count(baseline, plain, events);
    }
    return {
      name,
      events: own.all,
      recall: own.right / own.all,
      precision: own.found === 0 ? 1 : own.right / own.found,
      baselineRecall: baseline.right / baseline.all,
      baselinePrecision: baseline.found === 0 ? 1 : baseline.right / baseline.found,
      falsePerThousandDays: ((own.found - own.right) / (series * HELD_BACK_DAYS)) * 1000,
    };
  });
}

/** Hours at whose end a score would be written; what is usual is learned anew each day. */
function scored(whole: Series, start: number, slotOf: ReturnType<typeof slotsOf>): Set<number> {
  const flagged = new Set<number>();
  for (let day = start; day < whole.values.length; day += 24) {
    const from = Math.max(0, day - LEARN_DAYS * 24);
    const past = before(
      { ...whole, first: whole.first + from, values: whole.values.subarray(from) },
      whole.first + day,
    );
    const usual = learnUsual(past, slotOf);
    if (usual === undefined) continue;
    for (let i = day; i < Math.min(day + 24, whole.values.length); i += 1) {
      const oddity = oddityOf(whole, usual, slotOf, i + 1);
      if (oddity && Math.abs(oddity.score) >= ODD_FROM) flagged.add(i);
    }
  }
  return flagged;
}

interface Event {
  readonly from: number;
  readonly to: number;
}

/** Something left on, something that has failed, a sensor that is stuck: half of what is usual by day, more or less. */
function putEvents(values: Float64Array, start: number, random: Random, max = Number.POSITIVE_INFINITY): Event[] {
  const typical = mean([...values.subarray(0, start)].filter((value) => value > 0));
  return Array.from({ length: EVENTS }, (_, i) => {
    const stretch = (values.length - start) / EVENTS;
    const begun = Math.floor(start + i * stretch + random.next() * (stretch - EVENT_HOURS - 24));
    // What has a limit is odd in the middle of the day alone: at night a car park is empty.
    const from = max === Number.POSITIVE_INFINITY ? begun : Math.floor(begun / 24) * 24 + 9;
    const kind = random.pick(['on', 'off', 'more'] as const);
    for (let h = from; h < from + EVENT_HOURS; h += 1) {
      const value = values[h] as number;
      const odd = kind === 'off' ? value * 0.1 : kind === 'on' ? value + typical : value * 1.9 + typical * 0.2;
      values[h] = Math.min(max, odd);
    }
    return { from, to: from + EVENT_HOURS };
  });
}

/** Findings in a row are one; one that begins in an event, or a little after, is of it. */
function count(
  counts: { found: number; right: number; all: number },
  flagged: ReadonlySet<number>,
  events: readonly Event[],
) {
  const begins = [...flagged].sort((a, b) => a - b).filter((i) => ![1, 2, 3].some((back) => flagged.has(i - back)));
  const hit = new Set<Event>();
  for (const begin of begins) {
    const event = events.find(({ from, to }) => begin >= from && begin < to + LAST_STEPS);
    // An event that is found twice is found once.
    if (event !== undefined && hit.has(event)) continue;
    if (event !== undefined) hit.add(event);
    counts.found += 1;
  }
  counts.right += hit.size;
  counts.all += events.length;
}
