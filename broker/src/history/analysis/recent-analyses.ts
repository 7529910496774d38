import { type Caller, readableBy } from '../../access/caller.ts';
import type { Queryable } from '../../database/database.ts';
import { analyse } from './analyse.ts';
import type { Analysis, AnalysisAnswer } from './analysis.ts';

interface Recent {
  /** Until then it is answered as it is. */
  readonly until: number;
  readonly answer: Promise<AnalysisAnswer>;
  /** Somebody looks anew. */
  renewal?: Promise<void>;
}

/** A dashboard that many look at asks the same again and again. */
const NOW_MS = 5_000;
/** What was so long ago hardly changes any more. */
const SHARE_OF_PERIOD = 0.001;
const LONGEST_MS = 300_000;
/** Of periods whose ends differ by no more the answer of one is shown for another, while it is looked anew. */
const MOST_APART_MS = 3_600_000;
const MOST = 500;

/**
 * Answers analyses, and what was asked by the same rights a moment ago by what was answered then: of the present for five
 * seconds, of a period for a thousandth of it and five minutes at most. Later the old answer of a period is shown once more,
 * while the next is made.
 */
export class RecentAnalyses {
  readonly #db: Queryable;
  readonly #recent = new Map<string, Recent>();

  constructor(db: Queryable) {
    this.#db = db;
  }

  analyse(caller: Caller, asked: Analysis): Promise<AnalysisAnswer> {
    const key = JSON.stringify([caller.tenant, readableBy(caller), rounded(asked)], (_name, value: unknown) =>
      value instanceof Set ? [...value] : value,
    );
    const now = performance.now();
    const known = this.#recent.get(key);
    if (known !== undefined && known.until > now) return known.answer;
    if (known !== undefined && asked.over !== undefined) {
      known.renewal ??= this.#look(key, caller, asked).then(
        () => {},
        () => {},
      );
      return known.answer;
    }
    this.#makeRoom(now);
    const answer = this.#look(key, caller, asked);
    this.#recent.set(key, { until: now + keptMs(asked), answer });
    answer.catch(() => this.#recent.delete(key));
    return answer;
  }

  /** What was found takes the place of what was known. */
  async #look(key: string, caller: Caller, asked: Analysis): Promise<AnalysisAnswer> {
    const found = await analyse(this.#db, caller, asked);
    this.#recent.set(key, { until: performance.now() + keptMs(asked), answer: Promise.resolve(found) });
    return found;
  }

  #makeRoom(now: number): void {
    if (this.#recent.size < MOST) return;
    for (const [key, { until }] of this.#recent) if (until <= now) this.#recent.delete(key);
    const [oldest] = this.#recent.keys();
    if (this.#recent.size >= MOST && oldest !== undefined) this.#recent.delete(oldest);
  }
}

function keptMs({ over }: Analysis): number {
  if (over === undefined) return NOW_MS;
  return Math.min(LONGEST_MS, Math.max(NOW_MS, (Date.parse(over.to) - Date.parse(over.from)) * SHARE_OF_PERIOD));
}

/** Pages that ask for "the last year" at two moments of an hour ask the same. */
function rounded(asked: Analysis): object {
  if (asked.over === undefined) return asked;
  const lasts = Date.parse(asked.over.to) - Date.parse(asked.over.from);
  const step = Math.min(MOST_APART_MS, Math.max(NOW_MS, lasts * SHARE_OF_PERIOD));
  const round = (time: string) => Math.floor(Date.parse(time) / step);
  return { ...asked, over: { ...asked.over, from: round(asked.over.from), to: round(asked.over.to) } };
}
