import { channel } from 'node:diagnostics_channel';
import type { Database } from '../database/database.ts';
import type { StoredQuery } from '../query/entity-query.ts';

/** A finished query and its duration, including the count. Published for monitoring. */
export interface AnsweredQuery {
  readonly db: Database;
  readonly tenant: string;
  readonly query: StoredQuery;
  readonly milliseconds: number;
}

/** A diagnostics channel that publishes an {@link AnsweredQuery} for each query. */
export const answeredQueries = channel('alzette:answered-query');
