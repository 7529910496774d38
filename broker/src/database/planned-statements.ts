import { createHash } from 'node:crypto';
import type { Statement } from './database.ts';

/** Statements are prepared from the third execution on, up to a limit, because each takes memory in each connection. */
const NAMED_FROM = 3;
const MOST_NAMES = 60;
const MOST_TEXTS = 1000;

/** Names for dynamically built statements whose plan suits all values. */
export class PlannedStatements {
  readonly #asked = new Map<string, number>();
  readonly #names = new Map<string, string>();

  /** Named from the third execution on, up to a limit. @param isShort see {@link Statement} */
  statement(text: string, values: readonly unknown[], isShort = false): Statement {
    const name = this.#names.get(text) ?? this.#nameOf(text);
    return name === undefined ? { text, values } : { name, text, values, isPlannedOnce: true, isShort };
  }

  #nameOf(text: string): string | undefined {
    const asked = (this.#asked.get(text) ?? 0) + 1;
    if (asked < NAMED_FROM || this.#names.size >= MOST_NAMES) {
      if (this.#asked.size >= MOST_TEXTS) this.#asked.clear();
      this.#asked.set(text, asked);
      return undefined;
    }
    this.#asked.delete(text);
    const name = `planned-${createHash('sha256').update(text).digest('hex').slice(0, 24)}`;
    this.#names.set(text, name);
    return name;
  }
}
