import type { Context } from '../../context/contexts.ts';

/** A request to a source, without what the registration adds. */
export interface SourceCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** The path below `/ngsi-ld/v1`. */
  readonly path: string;
  readonly query?: { readonly [name: string]: string | undefined };
  readonly headers?: { readonly [name: string]: string };
  /** A document or an array of documents, without @context. */
  readonly body?: unknown;
}

/** Builds the call with the @context used for the source. */
export type MakeCall = (names: Context) => SourceCall;

export interface SourceAnswer {
  readonly kind: 'answer';
  readonly status: number;
  /** The parsed JSON. Undefined: there is none, or `isReadable` is false. */
  readonly body: unknown;
  readonly isReadable: boolean;
  readonly headers: { readonly [name: string]: string | string[] | undefined };
  /** The @context of the names in the body. */
  readonly names: Context;
  /** The length of the body. */
  readonly bytes: number;
  /** Set if the answer comes from the cache, because it is still valid or because the source failed. */
  readonly stale?: { readonly ageMs: number; readonly failure?: string };
}

/** No answer: timeout, no connection, or the source is in its cooldown. */
export interface Silence {
  readonly kind: 'silence';
  readonly reason: string;
}

/** The result of a call. */
export type SourceReply = SourceAnswer | Silence;

/** Encodes a name as a path segment. */
export function segment(text: string): string {
  return encodeURIComponent(text).replaceAll('%3A', ':');
}
