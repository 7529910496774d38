import { type Caller, readableBy } from '../../access/caller.ts';
import type { Queryable } from '../../database/database.ts';
import { analyse } from './analyse.ts';
import type { Analysis, AnalysisAnswer } from './analysis.ts';

interface Recent {
  readonly until: number;
  readonly answer: Promise<AnalysisAnswer>;
}

/** A dashboard that many look at asks the same again and again. */
const NOW_MS = 5_000;
/** What was so long ago hardly changes any more. */
const SHARE_OF_PERIOD = 0.001;
const LONGEST_MS = 300_000;
const MOST = 500;

/**
 * Answers analyses, and what was asked by the same rights a moment ago by what was answered then: of the present for five
 * seconds, of a period for a thousandth of it and five minutes at most.
 */
export class RecentAnalyses {
  readonly #db: Queryable;
  readonly #recent = new Map<string, Recent>();

  constructor(db: Queryable) {
    this.#db = db;
  }

  analyse(caller: Caller, asked: Analysis): Promise<AnalysisAnswer> {
    const key = JSON.stringify(
      [caller.tenant, readableBy(caller), withoutMilliseconds(asked)],
      (_name, value: unknown) => (value instanceof Set ? [...value] : value),
    );
    const now = performance.now();
    const known = this.#recent.get(key);
    if (known !== undefined && known.until > now) return known.answer;
    this.#makeRoom(now);
    const answer = analyse(this.#db, caller, asked);
    this.#recent.set(key, { until: now + keptMs(asked), answer });
    answer.catch(() => this.#recent.delete(key));
    return answer;
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

/** Pages that ask for "the last day" at two moments ask the same, as far as the answer is kept that long. */
function withoutMilliseconds(asked: Analysis): object {
  if (asked.over === undefined) return asked;
  const step = keptMs(asked);
  const rounded = (time: string) => Math.floor(Date.parse(time) / step);
  return { ...asked, over: { ...asked.over, from: rounded(asked.over.from), to: rounded(asked.over.to) } };
}
