import type { EntityMapping } from '../../mapping/device-profile.ts';

/** How the items of a source become entities: the same engine as a device's profile. */
export interface ItemMapping {
  /** JEXL on {data, source}: what tells one item from another; absent: the ids of its entities. */
  readonly key?: string;
  /** When the item was observed; absent: when it was fetched. */
  readonly observedAt?: ObservedAt;
  readonly entities: readonly EntityMapping[];
}

interface ObservedAt {
  /** JEXL on {data, source}. */
  readonly value: string;
  /** `iso` (default), `epoch-s`, `epoch-ms`, or a pattern such as `dd/MM/yyyy HH:mm`. */
  readonly format?: string;
  /** Of times without one; default UTC. */
  readonly timeZone?: string;
}

/** What is wrong with an item or one of its values. */
export interface ItemProblem {
  /** Of a CSV file, the header being line 1. */
  readonly line?: number;
  /** Of a list, from 0. */
  readonly item?: number;
  readonly file?: string;
  readonly field?: string;
  readonly got?: unknown;
  readonly expected?: string;
  readonly message: string;
  /** The whole item was left out, not only a value. */
  readonly refused: boolean;
}
