import { type CacheUse, Lru } from '@alzette/kit/caches';
import { FROM_REQUEST } from '../registrations/forwarded-headers.ts';
import type { Registration } from '../registrations/registration.ts';
import type { SourceAnswer } from './source-call.ts';

/** The size limit of all cached answers together. */
const MAX_BYTES = 64 * 1024 * 1024;
/** Approximate overhead of an answer beyond its body, in bytes. */
const OVERHEAD_BYTES = 500;
/** Registrations come and go, so the sources that were written to are counted up to this number. */
const MAX_SOURCES = 10_000;

interface CachedAnswer {
  readonly answer: SourceAnswer;
  /** When it was cached, by `performance.now()`. */
  readonly at: number;
  /** The number of writes at its source when it was cached: a later write invalidates it. */
  readonly era: number;
}

/** Answers of sources whose registrations allow caching (`cacheDuration`, 5.2.34). */
export class AnswerCache {
  readonly #answers = new Lru<CachedAnswer>(MAX_BYTES);
  /** The number of writes at each source. A write invalidates all earlier answers. */
  readonly #eras = new Map<string, number>();

  /** The cache key of a read request; undefined: its answer must not be cached. */
  keyOf(registration: Registration, url: URL, headers: { readonly [name: string]: string }): string | undefined {
    const { management, contextSourceInfo } = registration;
    if (management.cacheMs === undefined) return undefined;
    // Requests that carry a header of one client must not be answered to others.
    if (contextSourceInfo.some(({ value }) => value === FROM_REQUEST)) return undefined;
    if (headers['NGSILD-EntityMap'] !== undefined) return undefined;
    return JSON.stringify([sourceKey(registration), url.href, headers.Link, headers.Accept, headers.Via]);
  }

  get use(): CacheUse {
    return this.#answers.use;
  }

  get(registration: Registration, key: string): CachedAnswer | undefined {
    const kept = this.#answers.get(key);
    return kept?.era === this.#eraOf(registration) ? kept : undefined;
  }

  keep(registration: Registration, key: string, answer: SourceAnswer): void {
    const kept = { answer, at: performance.now(), era: this.#eraOf(registration) };
    this.#answers.set(key, kept, answer.bytes + key.length + OVERHEAD_BYTES);
  }

  /** Records a write at the source. */
  forget(registration: Registration): void {
    if (registration.management.cacheMs === undefined) return;
    // Without the numbers, answers from before a write can't be distinguished from later ones.
    if (this.#eras.size >= MAX_SOURCES) {
      this.#answers.clear();
      this.#eras.clear();
    }
    this.#eras.set(sourceKey(registration), this.#eraOf(registration) + 1);
  }

  #eraOf(registration: Registration): number {
    return this.#eras.get(sourceKey(registration)) ?? 0;
  }
}

function sourceKey({ tenant, id }: Registration): string {
  return JSON.stringify([tenant, id]);
}
