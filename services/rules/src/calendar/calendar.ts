import type { Holidays } from '@alzette/kit/calendar';

export type { Holidays } from '@alzette/kit/calendar';

/** Local times: all that is named must fit. */
export interface Calendar {
  /** Default: the territory's. */
  readonly timeZone?: string;
  /** ISO: Monday is 1. */
  readonly days?: readonly number[];
  /** `HH:MM`, or `sunrise`, `sunset`, `dawn`, `dusk` with an offset, e.g. `sunset+PT30M`. Past midnight when `to` is earlier. */
  readonly from?: string;
  readonly to?: string;
  /** `skip`: not on public holidays; `only`: on them alone. */
  readonly holidays?: 'skip' | 'only';
  /** Whose holidays. Default: those of the commune that the entity's scope names. */
  readonly holidaysOf?: Holidays;
}
