import type { NameCompactor, NameExpander } from '../model/names.ts';

/** A @context, resolved and compiled once into immutable maps; user terms first, core terms final (4.4, 5.5.7). */
export interface Context extends NameExpander, NameCompactor {
  /** What an `application/ld+json` answer echoes as `@context`: as the client gave it, the core URL if it gave none (6.3.6). */
  readonly value: unknown;
  /** One URL for the Link header: the client's own, or the place where an inline context is hosted (5.13, C.8). */
  readonly link: string;
}

/** Resolves, compiles and caches contexts. */
export interface Contexts {
  readonly core: Context;
  /**
   * @param value a URL, an inline context object, or an array of both; undefined is the core context
   * @throws NgsiLdError LdContextNotAvailable: a URL can't be fetched; BadRequestData: it is no valid context
   */
  resolve(value: unknown): Promise<Context>;
  /** The same without waiting, when it is compiled already: the hot path asks this first. */
  cached(value: unknown): Context | undefined;
  /** Notes that a tenant uses the fetched documents of a @context; undefined: they are known to be used, or there are none. */
  noteUse(context: Context, tenant: string): Promise<void> | undefined;
}
