import { type CacheUse, Lru } from '../../collections/lru.ts';
import { FROM_REQUEST } from '../registrations/forwarded-headers.ts';
import type { Registration } from '../registrations/registration.ts';
import type { SourceAnswer } from './source-call.ts';

/** What is kept of answers, all together. */
const MOST_BYTES = 64 * 1024 * 1024;
/** Of an answer beside its body, about. */
const OVERHEAD_BYTES = 500;

interface Kept {
  readonly answer: SourceAnswer;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Of its source, when it was kept: a later write makes it void. */
  readonly era: number;
}

/** Answers of sources whose registrations let them be used again for a while (`cacheDuration`, 5.2.34). */
export class AnswerCache {
  readonly #answers = new Lru<Kept>(MOST_BYTES);
  /** How often something was written at a source: what it answered before is void. */
  readonly #eras = new Map<string, number>();

  /** The key of a request that reads; undefined: its answer is not to be used again. */
  keyOf(registration: Registration, url: URL, headers: { readonly [name: string]: string }): string | undefined {
    const { management, contextSourceInfo } = registration;
    if (management.cacheMs === undefined) return undefined;
    // What goes along from one client is not for others.
    if (contextSourceInfo.some(({ value }) => value === FROM_REQUEST)) return undefined;
    if (headers['NGSILD-EntityMap'] !== undefined) return undefined;
    return JSON.stringify([sourceKey(registration), url.href, headers.Link, headers.Accept, headers.Via]);
  }

  get use(): CacheUse {
    return this.#answers.use;
  }

  get(registration: Registration, key: string): Kept | undefined {
    const kept = this.#answers.get(key);
    return kept?.era === this.#eraOf(registration) ? kept : undefined;
  }

  keep(registration: Registration, key: string, answer: SourceAnswer): void {
    const kept = { answer, at: Date.now(), era: this.#eraOf(registration) };
    this.#answers.set(key, kept, answer.bytes + key.length + OVERHEAD_BYTES);
  }

  /** Something was written there. */
  forget(registration: Registration): void {
    if (registration.management.cacheMs === undefined) return;
    this.#eras.set(sourceKey(registration), this.#eraOf(registration) + 1);
  }

  #eraOf(registration: Registration): number {
    return this.#eras.get(sourceKey(registration)) ?? 0;
  }
}

function sourceKey({ tenant, id }: Registration): string {
  return JSON.stringify([tenant, id]);
}
