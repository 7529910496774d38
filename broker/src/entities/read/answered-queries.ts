import { channel } from 'node:diagnostics_channel';
import type { Database } from '../../database/database.ts';
import type { EntityQuery } from '../../query/entity-query.ts';

/** What decides which entities a page holds; projection and representation come later. */
export type StoredQuery = Pick<
  EntityQuery,
  'selectors' | 'attrs' | 'q' | 'geoQ' | 'scopeQ' | 'ordering' | 'limit' | 'offset' | 'count'
>;

/** What was asked of entities and how long it took, the count included; for who watches queries. */
export interface AnsweredQuery {
  readonly db: Database;
  readonly tenant: string;
  readonly query: StoredQuery;
  readonly milliseconds: number;
}

/** Carries an {@link AnsweredQuery} for each query. */
export const answeredQueries = channel('alzette:answered-query');
