import { createHash } from 'node:crypto';
import { type CacheUse, namedCache } from '@alzette/kit/caches';
import type { Statement } from './database.ts';

/** Statements are prepared from the third execution on, up to a limit, because each takes memory in each connection. */
const NAMED_FROM = 3;
const MAX_NAMES = 60;
/** For counting the executions of texts without a name. Limited, because clients can cause any number of texts. */
const TEXTS_BYTES = 4 * 1024 * 1024;
/** A longer text is unlikely to be repeated. */
const LONGEST_NAMED = 20_000;

/** Names for dynamically built statements whose plan suits all values. */
export class PlannedStatements {
  readonly #asked = namedCache<number>('statement_texts', TEXTS_BYTES, 'broker');
  readonly #names = new Map<string, string>();

  /** Memory used by the counts of texts without a name. */
  get use(): CacheUse {
    return this.#asked.use;
  }

  /** The statement has a name from its third execution on, up to a limit. @param isShort see {@link Statement} */
  statement(text: string, values: readonly unknown[], isShort = false): Statement {
    const name = this.#names.get(text) ?? this.#nameOf(text);
    return name === undefined ? { text, values } : { name, text, values, isPlannedOnce: true, isShort };
  }

  #nameOf(text: string): string | undefined {
    if (text.length > LONGEST_NAMED || this.#names.size >= MAX_NAMES) return undefined;
    const asked = (this.#asked.get(text) ?? 0) + 1;
    if (asked < NAMED_FROM) {
      this.#asked.set(text, asked, 0);
      return undefined;
    }
    this.#asked.delete(text);
    const name = `planned-${createHash('sha256').update(text).digest('hex').slice(0, 24)}`;
    this.#names.set(text, name);
    return name;
  }
}
