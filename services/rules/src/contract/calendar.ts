import type { Holidays } from '@alzette/kit/calendar';

export type { Holidays } from '@alzette/kit/calendar';

/** Local times; all given conditions must match. */
export interface Calendar {
  /** Default: the territory's. */
  readonly timeZone?: string;
  /** ISO: Monday is 1. */
  readonly days?: readonly number[];
  /** `HH:MM`, or `sunrise`, `sunset`, `dawn`, `dusk` with an offset, e.g. `sunset+PT30M`. Past midnight when `to` is earlier. */
  readonly from?: string;
  readonly to?: string;
  /** `skip`: not on public holidays; `only`: only on public holidays. */
  readonly holidays?: 'skip' | 'only';
  /** The holiday calendar. Default: that of the commune in the entity's scope. */
  readonly holidaysOf?: Holidays;
}
