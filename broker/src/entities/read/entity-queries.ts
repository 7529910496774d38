import { type Caller, readableBy } from '../../access/caller.ts';
import { visibleEntity } from '../../access/visibility.ts';
import type { Database, Queryable } from '../../database/database.ts';
import { SqlParameters } from '../../database/sql-parameters.ts';
import { type AnsweredQuery, answeredQueries } from '../../indexes/answered-queries.ts';
import { entityOf } from '../../model/document.ts';
import type { Entity } from '../../model/entity.ts';
import type { EntityFilter, StoredQuery } from '../../query/entity-query.ts';
import { readEntity } from './entity-reader.ts';
import { pageText } from './page-text.ts';
import { visibleTo } from './q-sql/access-filter.ts';
import { entityBranches } from './q-sql/entity-condition.ts';
import { queryKind, querySame } from './query-kind.ts';
import { slowPasses } from './slow-passes.ts';
import type { StoredDocument, Wanted } from './stored-document.ts';
import { type Page, readPage } from './strategies.ts';

/**
 * The unexpired entity with this id, and its stored text if it has one. Does not check rights: that is left to the code
 * that shows it.
 */
export function retrieveDocument(db: Queryable, tenant: string, id: string): Promise<StoredDocument | undefined> {
  return readEntity(db, tenant, id, 'shown');
}

/** The part of the unexpired entity that the caller may see. Expired attributes are still included. */
export async function retrieveEntity(db: Queryable, caller: Caller, id: string): Promise<Entity | undefined> {
  const read = readableBy(caller);
  const entity = (await readEntity(db, caller.tenant, id, 'document'))?.entity;
  return entity && visibleEntity(read, entity);
}

/** A page of unexpired matching entities, in the requested order and then by id. */
export async function queryEntities(
  db: Database,
  caller: Caller,
  query: StoredQuery,
): Promise<{ readonly entities: Entity[]; readonly count?: number }> {
  const { found, count } = await timedPage(db, caller, query, 'document');
  // Texts are only read where they are wanted.
  const entities = (found as readonly StoredDocument[]).map((document) => document.entity);
  return count === undefined ? { entities } : { entities, count };
}

/** Like {@link queryEntities}, but returns the stored texts, which are enough for most answers. */
export function queryShown(db: Database, caller: Caller, query: StoredQuery): Promise<Page> {
  return timedPage(db, caller, query, 'shown');
}

/** Runs a query, a slow one when its turn has come, and publishes its duration. */
function timedPage(db: Database, caller: Caller, query: StoredQuery, wanted: Wanted): Promise<Page> {
  const pass = async () => {
    const start = performance.now();
    const page = await readPage({ db, caller, query, wanted, at: new Date().toISOString() });
    if (answeredQueries.hasSubscribers) {
      const answered: AnsweredQuery = { db, tenant: caller.tenant, query, milliseconds: performance.now() - start };
      answeredQueries.publish(answered);
    }
    return page;
  };
  const kind = queryKind(caller, query);
  if (kind === undefined) return pass();
  const sharedKey = () => {
    const same = querySame(caller, query);
    return same && `${wanted} ${same}`;
  };
  return slowPasses(db).run(kind, sharedKey, pass);
}

/** The ids of unexpired matching entities, in order, starting after the id `after`. */
export async function queryEntityIds(
  db: Queryable,
  caller: Caller,
  filter: EntityFilter,
  after: string,
  limit: number,
): Promise<string[]> {
  const rows = await rowsAfter<{ id: string }>(db, caller, filter, 'tenant', after, limit);
  return rows.map(({ id }) => id);
}

/** The unexpired matching entities, in order of their ids, starting after the id `after`. */
export async function queryEntitiesAfter(
  db: Queryable,
  caller: Caller,
  filter: EntityFilter,
  after: string,
  limit: number,
): Promise<Entity[]> {
  const rows = await rowsAfter<{ document: string }>(db, caller, filter, 'document', after, limit);
  return rows.map(({ document }) => entityOf(document));
}

async function rowsAfter<Found>(
  db: Queryable,
  caller: Caller,
  filter: EntityFilter,
  columns: string,
  after: string,
  limit: number,
): Promise<Found[]> {
  const params = new SqlParameters([caller.tenant]);
  const { rows, options } = visibleTo(caller, params, new Date().toISOString());
  const branches = entityBranches(filter, params, options);
  const text = pageText(branches, columns, limit, 0, params.add(after), rows);
  return (await db.query<Found>({ text, values: params.values })).rows;
}
