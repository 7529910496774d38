import type { TemporalQuery } from '../../query/temporal/temporal-query.ts';
import type { TemporalSelection } from './temporal-sql.ts';

/** Selects the instances to read. */
export interface InstanceSelection extends Pick<TemporalSelection, 'scopeQ'> {
  readonly temporalQ: TemporalQuery;
  /** IRIs; absent: all. */
  readonly attributes?: readonly string[];
  readonly omitted?: readonly string[];
  /** '' is the default instance. */
  readonly datasetIds?: readonly string[];
  /** The maximum per series: the earliest, or with `lastN` the latest. */
  readonly most: number;
  /** Whether `history` contains all instances of the entities; otherwise some may be in `birth`. */
  readonly isUnfolded?: boolean;
}
