/** Below this, an offset is counted anew each time: it costs little, and tells of what came and went in between. */
export const LEAST_OFFSET = 500;
const MAX_AGE_MS = 60_000;
const MAX_POSITIONS = 2000;

interface Known {
  readonly after: string;
  readonly until: number;
}

/**
 * Where the pages of queries ended, for a while, so that who follows the links of a long answer walks on from there
 * instead of past all pages before. Entities that came or went in between then neither show up twice nor are passed over.
 */
export class PagePositions {
  // By query and offset, the least recently noted first.
  readonly #known = new Map<string, Known>();

  /**
   * The last id before a page that starts so far in, when it is known.
   *
   * @param query all that decides on the answer except limit, offset and the time
   */
  find(query: string, offset: number): string | undefined {
    if (offset < LEAST_OFFSET) return undefined;
    const known = this.#known.get(`${offset} ${query}`);
    return known !== undefined && known.until > Date.now() ? known.after : undefined;
  }

  note(query: string, offset: number, after: string): void {
    if (offset < LEAST_OFFSET) return;
    const key = `${offset} ${query}`;
    this.#known.delete(key);
    this.#known.set(key, { after, until: Date.now() + MAX_AGE_MS });
    if (this.#known.size > MAX_POSITIONS) this.#known.delete(this.#known.keys().next().value as string); // not empty
  }
}
