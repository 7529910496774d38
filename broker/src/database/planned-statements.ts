import { createHash } from 'node:crypto';
import type { Statement } from './database.ts';

/** A statement kept by the connections is one asked again; no more of them than that, for each takes memory of each. */
const NAMED_FROM = 3;
const MOST_NAMES = 60;
const MOST_TEXTS = 1000;

/** Names for statements whose text is made up as queries come, and whose plan serves whatever their values are. */
export class PlannedStatements {
  readonly #asked = new Map<string, number>();
  readonly #names = new Map<string, string>();

  /** With a name from the third time on, while there are not too many. @param isShort see {@link Statement} */
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
