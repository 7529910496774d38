import type { IncomingHttpHeaders } from 'node:http';
import type { Caller } from '../../access/caller.ts';
import type { Context } from '../../context/contexts.ts';
import type { Via } from './via.ts';

/** The client request on whose behalf sources are queried. */
export interface Origin {
  readonly tenant: string;
  /** A caller with full read access to the tenant, because sources don't know the rights of others. */
  readonly caller: Caller;
  /** The @context of the request. Forwarded requests are compacted with it, unless the source has one of its own. */
  readonly context: Context;
  readonly via: Via;
  /** A registration may have some of them forwarded (4.3.6.5). */
  readonly headers: IncomingHttpHeaders;
  /** Warnings for the client about sources without a usable answer. */
  readonly warnings: SourceWarning[];
}

/** A warning of 6.3.17. 110: stale, 111: unreadable, 199: no answer or a loop, 299: an error. */
export interface SourceWarning {
  readonly code: 110 | 111 | 199 | 299;
  readonly text: string;
  /** The broker that gives it; absent: this one. */
  readonly agent?: string;
}
