import type { NameCompactor, NameExpander } from '../model/names.ts';

/**
 * A @context, resolved and compiled once into immutable maps. User terms come first, core terms are final (4.4, 5.5.7).
 */
export interface Context extends NameExpander, NameCompactor {
  /** The `@context` of `application/ld+json` answers: as given by the client, or the core URL (6.3.6). */
  readonly value: unknown;
  /**
   * A single URL for the Link header: the client's own, or that of the hosted copy of an inline context (5.13, C.8).
   */
  readonly link: string;
}

/** Resolves, compiles and caches contexts. */
export interface Contexts {
  readonly core: Context;
  /**
   * @param value a URL, an inline context object, or an array of both; undefined is the core context
   *
   * @throws NgsiLdError LdContextNotAvailable: a URL can't be fetched; BadRequestData: it is not a valid context
   */
  resolve(value: unknown): Promise<Context>;
  /** The same synchronously, if it has been compiled before. The hot path tries this first. */
  cached(value: unknown): Context | undefined;
  /** Records that a tenant uses the fetched documents of a @context; undefined: nothing needs to be recorded. */
  noteUse(context: Context, tenant: string): Promise<void> | undefined;
}
