import type { EntityMapping } from '../../mapping/device-profile.ts';

/** How the items of a source become entities. Uses the same engine as device profiles. */
export interface ItemMapping {
  /** JEXL on {data, source} that identifies an item; absent: the ids of its entities. */
  readonly key?: string;
  /** The time of observation; absent: the time of fetching. */
  readonly observedAt?: ObservedAt;
  readonly entities: readonly EntityMapping[];
}

interface ObservedAt {
  /** JEXL on {data, source}. */
  readonly value: string;
  /** `iso` (default), `epoch-s`, `epoch-ms`, or a pattern such as `dd/MM/yyyy HH:mm`. */
  readonly format?: string;
  /** The time zone of times without one; default UTC. */
  readonly timeZone?: string;
}

/** An error in an item or in one of its values. */
export interface ItemProblem {
  /** The line in a CSV file; the header is line 1. */
  readonly line?: number;
  /** The index in a list, from 0. */
  readonly item?: number;
  readonly file?: string;
  readonly field?: string;
  readonly got?: unknown;
  readonly expected?: string;
  readonly message: string;
  /** Whether the whole item was left out, not only a value. */
  readonly refused: boolean;
}
