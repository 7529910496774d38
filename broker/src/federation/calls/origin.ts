import type { IncomingHttpHeaders } from 'node:http';
import type { Caller } from '../../access/caller.ts';
import type { Context } from '../../context/contexts.ts';
import type { Via } from './via.ts';

/** The request that others go to sources for. */
export interface Origin {
  readonly tenant: string;
  /** Who asks: one who may see everything of the tenant, as sources don't know the rights of others. */
  readonly caller: Caller;
  /** In force for its names; what is forwarded is compacted with it, where the source has none of its own. */
  readonly context: Context;
  readonly via: Via;
  /** From which a registration may have some passed on (4.3.6.5). */
  readonly headers: IncomingHttpHeaders;
  /** What the client is told of sources that gave nothing. */
  readonly warnings: SourceWarning[];
}

/** A warning of 6.3.17: 110 stale, 111 unreadable, 199 no answer or a loop, 299 an error. */
export interface SourceWarning {
  readonly code: 110 | 111 | 199 | 299;
  readonly text: string;
  /** Who gives it; absent: this broker. */
  readonly agent?: string;
}
