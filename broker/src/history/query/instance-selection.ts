import type { TemporalQuery } from '../../query/temporal/temporal-query.ts';
import type { TemporalSelection } from './temporal-sql.ts';

/** Which instances of the entities are read. */
export interface InstanceSelection extends Pick<TemporalSelection, 'scopeQ'> {
  readonly temporalQ: TemporalQuery;
  /** IRIs; absent: all. */
  readonly attributes?: readonly string[];
  readonly omitted?: readonly string[];
  /** '' is the default instance. */
  readonly datasetIds?: readonly string[];
  /** Of each series at most so many: the earliest, or with `lastN` the latest. */
  readonly most: number;
  /** Whether `history` has all instances of the entities; absent: some may be in `birth`. */
  readonly isUnfolded?: boolean;
}
