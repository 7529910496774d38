import type { PastInstance } from '../../model/temporal/temporal-entity.ts';

/** What lines tell of one entity. */
export interface EntityMeasures {
  types?: readonly string[];
  readonly instances: PastInstance[];
}
