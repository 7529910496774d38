import { NODE_AWAY } from '@alzette/kit/outage';
import type { Database, Queryable, Statement } from '../../src/database/database.ts';

/**
 * A database of which a node can be away, as packages notice it on a cluster: statements about tables of tenants fail if they are
 * about one of its tenants or about all.
 *
 * @param tables matches the text of a statement about such tables
 * @param away the tenants of the node while it is away
 */
export function withAbsentNode(db: Database, tables: RegExp, away: ReadonlySet<string>): Database {
  const isKept = ({ text, values = [] }: Statement): boolean =>
    away.size > 0 &&
    tables.test(text) &&
    (text.includes('all tenants:') || values.some((value) => typeof value === 'string' && away.has(value)));
  const guarded = <Kind extends Queryable>(of: Kind): Kind => ({
    ...of,
    query: async (statement: Statement) => {
      if (isKept(statement)) throw Object.assign(new Error('a node is away'), { code: NODE_AWAY });
      return of.query(statement);
    },
  });
  return { ...guarded(db), transaction: (work) => db.transaction((tx) => work(guarded(tx))) };
}
