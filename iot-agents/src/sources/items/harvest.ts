import type { Entity } from '@alzette/ngsi-ld-schemas';
import type { Queryable } from '../../database.ts';
import type { ItemProblem } from './item-mapping.ts';

/** One item of a source, as entities. */
export interface HarvestedItem {
  readonly key: string;
  /** observedAt; absent: the source has no time. */
  readonly moment?: string;
  /** A hash of the content: the same key and time with other content is a correction. */
  readonly hash: Uint8Array;
  readonly entities: readonly Entity[];
}

/** The result of one run, not yet compared with known items. */
export interface Harvest {
  readonly rows: number;
  readonly items: readonly HarvestedItem[];
  readonly problems: readonly ItemProblem[];
  /** The number of invalid items. */
  readonly refused: number;
  /** The source reported that nothing has changed. */
  readonly unchanged?: true;
  /** The state for the next run. */
  readonly state: Readonly<Record<string, unknown>>;
  /** Keys of items that no longer exist and can be forgotten. */
  readonly forgets?: readonly string[];
  /** Stores data that is not entities, before the items are taken. */
  readonly store?: (tx: Queryable) => Promise<void>;
  /** Called when everything is safely stored, e.g. to move a file away. A failure is reported in the run's message. */
  readonly settle?: () => Promise<void>;
}
