import type { PastInstance } from '../../model/temporal/temporal-entity.ts';

/** The measures of one entity in a batch of lines. */
export interface EntityMeasures {
  types?: readonly string[];
  readonly instances: PastInstance[];
}
