import { type CacheUse, type Lru, namedCache, weightOf } from '@alzette/kit/caches';
import { type Caller, readableBy } from '../../access/caller.ts';
import type { Queryable } from '../../database/database.ts';
import { analyse } from './analyse.ts';
import type { Analysis, AnalysisAnswer } from './analysis.ts';

interface Recent {
  /** The answer is valid until this time. */
  readonly until: number;
  readonly answer: Promise<AnalysisAnswer>;
  /** A query that is renewing the answer. */
  renewal?: Promise<void>;
}

/** For current values: a dashboard with many viewers repeats the same query. */
const NOW_MS = 5_000;
/** For periods: data of the past hardly changes. */
const SHARE_OF_PERIOD = 0.001;
const LONGEST_MS = 300_000;
/**
 * Two periods count as the same if their ends differ by less. The old answer is returned while a new one is computed.
 */
const MAX_APART_MS = 3_600_000;
const KEPT_BYTES = 32 * 1024 * 1024;
/** Of an answer that has not come yet. */
const OPEN_BYTES = 200;

/**
 * Caches the answers of analyses, per access rights. Answers for current values are valid for five seconds, those for a
 * period for a thousandth of its length, at most five minutes. After that the old answer for a period is returned once
 * more while a new one is computed.
 */
export class RecentAnalyses {
  readonly #db: Queryable;
  readonly #recent: Lru<Recent>;

  constructor(db: Queryable, keptBytes = KEPT_BYTES) {
    this.#db = db;
    this.#recent = namedCache('analyses', keptBytes, 'broker');
  }

  get use(): CacheUse {
    return this.#recent.use;
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
    const answer = this.#look(key, caller, asked);
    this.#recent.set(key, { until: now + keptMs(asked), answer }, OPEN_BYTES);
    answer.catch(() => this.#recent.delete(key));
    return answer;
  }

  /** The result replaces the cached answer. */
  async #look(key: string, caller: Caller, asked: Analysis): Promise<AnalysisAnswer> {
    const found = await analyse(this.#db, caller, asked);
    const until = performance.now() + keptMs(asked);
    this.#recent.set(key, { until, answer: Promise.resolve(found) }, weightOf(found));
    return found;
  }
}

function keptMs({ over }: Analysis): number {
  if (over === undefined) return NOW_MS;
  return Math.min(LONGEST_MS, Math.max(NOW_MS, (Date.parse(over.to) - Date.parse(over.from)) * SHARE_OF_PERIOD));
}

/** Rounds the period, so that pages that query "the last year" at different moments of an hour share one answer. */
function rounded(asked: Analysis): object {
  if (asked.over === undefined) return asked;
  const lasts = Date.parse(asked.over.to) - Date.parse(asked.over.from);
  const step = Math.min(MAX_APART_MS, Math.max(NOW_MS, lasts * SHARE_OF_PERIOD));
  const round = (time: string) => Math.floor(Date.parse(time) / step);
  return { ...asked, over: { ...asked.over, from: round(asked.over.from), to: round(asked.over.to) } };
}
