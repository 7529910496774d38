import { type Series, slotsOf } from '@alzette/kit/forecasting';
import { type FaultFigures, faultFigures } from '../src/anomalies/fault-figures.ts';
import { LEARN_DAYS, tryFaults } from '../src/anomalies/try-faults.ts';
import type { Target } from '../src/assets/target.ts';
import * as generated from './generated-series.ts';
import { DAY, type Generated, isHoliday } from './generated-series.ts';

type Generate = (seed: number, firstDay: number, days: number) => Generated;

const KINDS: readonly { readonly name: string; readonly kind: Target['kind']; readonly generate: Generate }[] = [
  { name: 'meters', kind: 'counter', generate: generated.electricity },
  { name: 'lighting', kind: 'gauge', generate: generated.lighting },
  { name: 'free places', kind: 'gauge', generate: generated.parking },
];
const FIRST_DAY = Math.floor(Date.UTC(2026, 8, 7) / DAY);
const HELD_BACK_DAYS = 28;

/** Inserts faults into held-back weeks, and detects them hour by hour. */
export function evaluateAnomalies(count: number): (FaultFigures & { readonly name: string })[] {
  return KINDS.map(({ name, kind, generate }) => {
    const trials = Array.from({ length: count }, (_, i) => {
      const made = generate(i + 1, FIRST_DAY, Math.max(LEARN_DAYS, 2 * HELD_BACK_DAYS) + HELD_BACK_DAYS);
      const series: Series = { perDay: 24, first: made.firstStep, values: Float64Array.from(made.truth) };
      const trial = tryFaults(series, slotsOf(24, isHoliday), { kind, max: made.max, turn: i });
      if (trial === undefined) throw new Error(`${name} ${i + 1}: too short`);
      return trial;
    });
    return { name, ...faultFigures(trials) };
  });
}
