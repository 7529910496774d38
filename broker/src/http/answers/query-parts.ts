import type { Database } from '../../database/database.ts';
import type { Federation } from '../../federation/calls/federation.ts';

/** What queries are answered with. */
export interface QueryParts {
  readonly db: Database;
  readonly federation: Federation;
}
