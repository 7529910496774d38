import type { Database, Queryable, Statement } from './database.ts';

/**
 * A wrapper that limits the time of each statement, for reads on behalf of clients. The embedded database can't cancel
 * statements and is returned unchanged.
 */
export function timedReads(db: Database, timeoutMs: number): Database {
  if (db.kind !== 'postgres') return db;
  const { chooseSource, ofTenant } = db;
  // One per server, because entities requested at the same time are read by one statement.
  const timedSources = new WeakMap<Queryable, Queryable>();
  const timedSource = (source: Queryable) => {
    const made = timedSources.get(source) ?? timed(source, timeoutMs);
    timedSources.set(source, made);
    return made;
  };
  return {
    ...db,
    ...timed(db, timeoutMs),
    transaction: (work) => db.transaction((tx) => work({ ...tx, ...timed(tx, timeoutMs) })),
    ...(ofTenant && {
      ofTenant: (tenant, reads) =>
        ofTenant(tenant, (tx, isOnNode) => reads({ ...tx, ...timed(tx, timeoutMs) }, isOnNode)),
    }),
    ...(chooseSource && { chooseSource: async () => timedSource(await chooseSource.call(db)) }),
  };
}

function timed(source: Queryable, timeoutMs: number): Queryable {
  return { query: (statement: Statement) => source.query({ ...statement, timeoutMs, usesReserve: true }) };
}
