import { namedCache } from '@alzette/kit/caches';

/** Smaller offsets are always counted again: that is cheap and takes recent changes into account. */
export const MIN_OFFSET = 500;
const MAX_AGE_MS = 60_000;
const KEPT_BYTES = 8 * 1024 * 1024;

interface Known {
  readonly after: string;
  readonly until: number;
}

/**
 * Remembers for a while where the pages of queries ended. A client that follows the links of a long answer continues
 * there instead of skipping all earlier pages again. Entities created or deleted meanwhile then cause neither
 * duplicates nor gaps.
 */
export class PagePositions {
  /** By query and offset. */
  readonly #known = namedCache<Known>('page_positions', KEPT_BYTES, 'broker');

  /**
   * The last id before the page at this offset, if known.
   *
   * @param query everything that determines the answer except limit, offset and time
   */
  find(query: string, offset: number): string | undefined {
    if (offset < MIN_OFFSET) return undefined;
    const known = this.#known.get(`${offset} ${query}`);
    return known !== undefined && known.until > Date.now() ? known.after : undefined;
  }

  note(query: string, offset: number, after: string): void {
    if (offset < MIN_OFFSET) return;
    this.#known.set(`${offset} ${query}`, { after, until: Date.now() + MAX_AGE_MS }, 2 * after.length);
  }
}
