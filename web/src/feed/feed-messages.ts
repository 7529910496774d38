import type { Connection, EntityEvent } from './live-feed.ts';

/** What a page tells the worker. Each page numbers its feeds. */
export type FromPage =
  | { readonly kind: 'follow'; readonly feed: number; readonly url: string; readonly reader: string | undefined }
  | { readonly kind: 'leave'; readonly feed: number }
  | { readonly kind: 'close' }
  | { readonly kind: 'token'; readonly token: string | undefined };

/** What the worker tells a page. */
export type ToPage =
  | { readonly kind: 'connection'; readonly feed: number; readonly connection: Connection }
  | { readonly kind: 'gap'; readonly feed: number }
  | { readonly kind: 'event'; readonly feed: number; readonly event: EntityEvent }
  | { readonly kind: 'askToken'; readonly isRefused: boolean };
