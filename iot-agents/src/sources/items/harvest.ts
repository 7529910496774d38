import type { Entity } from '@alzette/ngsi-ld-schemas';
import type { Queryable } from '../../database.ts';
import type { ItemProblem } from './item-mapping.ts';

/** One item of a source as entities. */
export interface HarvestedItem {
  readonly key: string;
  /** observedAt; absent: the source tells none. */
  readonly moment?: string;
  /** Of its content: the same key and moment with another content is a correction. */
  readonly hash: Uint8Array;
  readonly entities: readonly Entity[];
}

/** What a source gave in one run, not yet compared with what is known of it. */
export interface Harvest {
  readonly rows: number;
  readonly items: readonly HarvestedItem[];
  readonly problems: readonly ItemProblem[];
  /** Items left out for what is wrong with them. */
  readonly refused: number;
  /** The source itself said that nothing has changed. */
  readonly unchanged?: true;
  /** To be remembered for the next run. */
  readonly state: Readonly<Record<string, unknown>>;
  /** Keys of items that are gone, and need not be remembered. */
  readonly forgets?: readonly string[];
  /** Keeps what is no entity, before the items are taken. */
  readonly store?: (tx: Queryable) => Promise<void>;
  /** To be done when all is safely taken, e.g. moving a file away. What fails is told in the run's message. */
  readonly settle?: () => Promise<void>;
}
