import type { Database, Queryable, Statement } from './database.ts';

/**
 * A database whose statements may take so long each: for what requests of clients ask. The embedded database can't cancel a
 * statement, and stays as it is.
 */
export function timedReads(db: Database, timeoutMs: number): Database {
  if (db.kind !== 'postgres') return db;
  const { chooseSource } = db;
  // One for each server, as entities that are asked for at once are read by one statement.
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
    ...(chooseSource && { chooseSource: async () => timedSource(await chooseSource.call(db)) }),
  };
}

function timed(source: Queryable, timeoutMs: number): Queryable {
  return { query: (statement: Statement) => source.query({ ...statement, timeoutMs }) };
}
