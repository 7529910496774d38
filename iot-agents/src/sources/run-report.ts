import type { ItemProblem } from './items/item-mapping.ts';

type RunOutcome = 'ok' | 'unchanged' | 'failed';

/** The result of one run. */
export interface RunReport {
  readonly outcome: RunOutcome;
  /** Items or lines read. */
  readonly rows: number;
  /** New or changed items, which are being delivered to the broker. */
  readonly taken: number;
  /** Items known from an earlier run. */
  readonly known: number;
  readonly refused: number;
  /** The first hundred. */
  readonly problems: readonly ItemProblem[];
  /** Why it failed. */
  readonly message?: string;
}

export interface Run extends RunReport {
  readonly id: number;
  readonly startedAt: string;
  readonly endedAt: string;
}
