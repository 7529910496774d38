import type { Context } from '../../context/contexts.ts';

/** A request to a source, before what the registration adds to it. */
export interface SourceCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/ngsi-ld/v1`. */
  readonly path: string;
  readonly query?: { readonly [name: string]: string | undefined };
  readonly headers?: { readonly [name: string]: string };
  /** A document or an array of documents, without their @context. */
  readonly body?: unknown;
}

/** Makes the call with the names that the source is spoken to in. */
export type MakeCall = (names: Context) => SourceCall;

export interface SourceAnswer {
  readonly kind: 'answer';
  readonly status: number;
  /** The JSON of it; undefined: there is none, or none that can be read, as `isReadable` tells. */
  readonly body: unknown;
  readonly isReadable: boolean;
  readonly headers: { readonly [name: string]: string | string[] | undefined };
  /** In which its names are. */
  readonly names: Context;
  /** Length of the body. */
  readonly bytes: number;
  /** It was given so long ago, and is used again: the source was not asked, or failed as told. */
  readonly stale?: { readonly ageMs: number; readonly failure?: string };
}

/** No answer: too late, no connection, or the source is left alone for a while. */
export interface Silence {
  readonly kind: 'silence';
  readonly reason: string;
}

/** What came of a call. */
export type SourceReply = SourceAnswer | Silence;

/** The part of a path that names something. */
export function segment(text: string): string {
  return encodeURIComponent(text).replaceAll('%3A', ':');
}
