import type { LocalDays } from '@alzette/kit/calendar';
import {
  before,
  deposits,
  heldMeans,
  hourUses,
  type Levels,
  type Samples,
  type Series,
  seriesOf,
} from '@alzette/kit/forecasting';
import type { Target } from './target.ts';

const HOUR = 3_600_000;

/** The series of the samples, up to the last complete step. For levels, the inflow of each day. */
export function seriesFrom(
  { kind, holdHours = 3 }: Target,
  samples: Samples,
  { perDay, localDays, now }: { readonly perDay: number; readonly localDays: LocalDays; readonly now: number },
): Series {
  const end = Math.floor(localDays(now) * perDay);
  switch (kind) {
    case 'gauge':
      return before(heldMeans(samples, { perDay, localDays, until: now, holdMs: holdHours * HOUR }), end);
    case 'counter':
      return before(
        seriesOf(
          24,
          hourUses(samples, localDays).map(({ day, hour, used }) => [day * 24 + hour, used]),
        ),
        end,
      );
    case 'level':
      return before(
        seriesOf(
          1,
          deposits(samples as Levels, localDays).map(({ day, amount }) => [day, amount]),
        ),
        end,
      );
  }
}
