import type { Caller } from '../access/caller.ts';
import type { Context, Contexts } from '../context/contexts.ts';
import type { Database, Queryable } from '../database/database.ts';
import { isRetryable } from '../database/database-errors.ts';
import { type FetchEntities, linkedEntities } from '../entities/linked-entities.ts';
import { queryEntitiesAfter } from '../entities/read/entity-queries.ts';
import { distributedOrigin } from '../federation/calls/distributed-origin.ts';
import type { Federation } from '../federation/calls/federation.ts';
import { linkedDistributed } from '../federation/read/linked-distributed.ts';
import { queryDistributed } from '../federation/read/query-distributed.ts';
import type { FilterTexts } from '../federation/read/read-calls.ts';
import type { AttributeInstance, Attributes, Entity } from '../model/entity.ts';
import { UNKNOWN_TIME } from '../model/entity.ts';
import { NgsiLdError } from '../model/errors.ts';
import { withoutExpired } from '../model/expiry.ts';
import type { EntityQuery } from '../query/entity-query.ts';
import { projectedEntity } from '../query/projection/projected-entity.ts';
import { deleteAll } from '../tenants/data/delete-all.ts';
import { fillEvolutions, type TemporalSnapshotQuery } from './fill-evolutions.ts';
import { type ExecutionResultDetails, type SnapshotDocument, type SnapshotResult, statusOf } from './snapshot.ts';
import { copySpace, inDatabaseSnapshot, inSavepoint, putEntities } from './snapshot-data.ts';
import type { StoredSnapshot } from './snapshot-store.ts';

/** A query of a snapshot, with its filters as written by the client. */
interface SnapshotQuery {
  readonly query: EntityQuery;
  readonly texts: FilterTexts;
}

export interface SnapshotQueries {
  readonly queries: readonly SnapshotQuery[];
  readonly temporalQueries: readonly TemporalSnapshotQuery[];
}

export interface FillParts {
  readonly db: Database;
  readonly federation: Federation;
  readonly contexts: Contexts;
  /** @throws NgsiLdError: one of the queries is invalid */
  readonly readQueries: (document: SnapshotDocument, context: Context) => SnapshotQueries;
  /** Converts an error to ProblemDetails. */
  readonly problemOf: (error: unknown) => object;
}

const CHUNK = 500;
/** The most entities from sources for one query; larger results are refused. */
const MAX_GATHERED = 100_000;
const OPERATIONS = ['queryEntity', 'queryBatch'] as const;

/**
 * Executes the queries of a snapshot and stores their results (5.16.1.4). Sources are queried first. Local data is then
 * read in one database snapshot.
 *
 * @param caller its owner, with their current rights
 *
 * @param checkpoint throws to abort without any effect
 */
export async function fillSnapshot(
  parts: FillParts,
  snapshot: StoredSnapshot,
  caller: Caller,
  checkpoint: () => void,
): Promise<SnapshotResult> {
  const { space, document } = snapshot;
  const context = await parts.contexts.resolve(document.context);
  const { queries, temporalQueries } = parts.readQueries(document, context);
  const gathered: Gathered[] = [];
  for (const query of queries) {
    checkpoint();
    gathered.push(await gather(parts, caller, query, context));
  }
  await parts.db.transaction((tx) => deleteAll(tx, space));
  return inDatabaseSnapshot(parts.db, async (tx) => {
    const executed = (work: () => Promise<number>) => detailsOf(tx, parts, checkpoint, work);
    const queriesDetails: ExecutionResultDetails[] = [];
    for (const [index, { query }] of queries.entries()) {
      const found = gathered[index] as Gathered; // one for each query
      const details = await executed(() => keep(parts.db, tx, caller, space, query, found, checkpoint));
      queriesDetails.push({ ...(found.problem && { problemDetails: found.problem }), ...details });
    }
    const temporalQueriesDetails: ExecutionResultDetails[] = [];
    for (const query of temporalQueries) {
      temporalQueriesDetails.push(await executed(() => fillEvolutions(tx, caller, space, query, checkpoint)));
    }
    return {
      status: statusOf([...queriesDetails, ...temporalQueriesDetails]),
      ...(queries.length > 0 && { queriesDetails }),
      ...(temporalQueries.length > 0 && { temporalQueriesDetails }),
    };
  });
}

/** Copies the content of another snapshot (5.16.2.4). */
export async function fillClone({ db }: FillParts, source: StoredSnapshot, space: string): Promise<SnapshotResult> {
  await db.transaction((tx) => deleteAll(tx, space));
  await inDatabaseSnapshot(db, (tx) => copySpace(tx, source.space, space));
  const { queriesDetails, temporalQueriesDetails } = source;
  return {
    status: 'success',
    ...(queriesDetails && { queriesDetails }),
    ...(temporalQueriesDetails && { temporalQueriesDetails }),
  };
}

async function detailsOf(
  tx: Queryable,
  { problemOf }: FillParts,
  checkpoint: () => void,
  work: () => Promise<number>,
): Promise<ExecutionResultDetails> {
  try {
    const found = await inSavepoint(tx, work);
    return { resultStatus: found > 0 ? 'success' : 'empty' };
  } catch (error) {
    checkpoint();
    if (isRetryable(error)) throw error; // the whole snapshot is filled again
    return { resultStatus: 'failure', problemDetails: problemOf(error) };
  }
}

interface Gathered {
  /** Undefined: no source is concerned. */
  readonly entities?: readonly Entity[];
  readonly error?: unknown;
  /** The error of sources without a usable answer. */
  readonly problem?: object;
}

async function gather(
  { db, federation, problemOf }: FillParts,
  caller: Caller,
  { query: { ordering: _, ...asked }, texts }: SnapshotQuery,
  context: Context,
): Promise<Gathered> {
  const origin = asked.local ? undefined : distributedOrigin(federation, OPERATIONS, { caller, context, headers: {} });
  if (origin === undefined) return {};
  try {
    const query = { ...asked, limit: MAX_GATHERED, offset: 0, count: false };
    const { entities, hasNext } = await queryDistributed(db, federation, origin, query, texts);
    if (hasNext) throw tooMany();
    const fetch = linkedDistributed(db, federation, origin);
    const linked = query.join === undefined ? [] : await linkedEntities(db, caller, entities, query, fetch);
    const { warnings } = origin;
    const detail = warnings.map(({ text }) => text).join('; ');
    return {
      entities: [...entities.map((entity) => projectedEntity(entity, query)), ...linked.map(({ entity }) => entity)],
      ...(warnings.length > 0 && { problem: problemOf(new NgsiLdError('SourceFailed', detail)) }),
    };
  } catch (error) {
    return { error };
  }
}

function tooMany(): NgsiLdError {
  return new NgsiLdError('TooManyResults', `More than ${MAX_GATHERED} entities match, expected a narrower query`);
}

/** Stores the result of a query. Returns the number of entities. */
async function keep(
  db: Database,
  tx: Queryable,
  caller: Caller,
  space: string,
  query: EntityQuery,
  { entities, error }: Gathered,
  checkpoint: () => void,
): Promise<number> {
  if (error !== undefined) throw error;
  const at = new Date().toISOString();
  if (entities !== undefined) {
    for (let start = 0; start < entities.length; start += CHUNK) {
      checkpoint();
      await putEntities(
        tx,
        space,
        entities.slice(start, start + CHUNK).map((entity) => withDefaultTimes(entity, at)),
      );
    }
    return entities.length;
  }
  let found = 0;
  for (let after = ''; ; ) {
    checkpoint();
    const page = await queryEntitiesAfter(tx, caller, query, after, CHUNK);
    found += page.length;
    const roots = page.map((entity) => withoutExpired(entity, at));
    const fetch: FetchEntities = (targets) =>
      queryEntitiesAfter(tx, caller, { selectors: [{ ids: targets.map(({ id }) => id) }] }, '', targets.length);
    const linked = query.join === undefined ? [] : await linkedEntities(db, caller, roots, query, fetch);
    const kept = [...roots.map((entity) => projectedEntity(entity, query)), ...linked.map(({ entity }) => entity)];
    await putEntities(tx, space, kept);
    if (page.length < CHUNK) return found;
    after = (page.at(-1) as Entity).id; // not empty
  }
}

/** An entity of a source, with default times if the source sent none. */
function withDefaultTimes(entity: Entity, at: string): Entity {
  return {
    ...entity,
    createdAt: entity.createdAt === UNKNOWN_TIME ? at : entity.createdAt,
    modifiedAt: entity.modifiedAt === UNKNOWN_TIME ? at : entity.modifiedAt,
    attributes: attributesWithDefaultTimes(entity.attributes, at),
  };
}

function attributesWithDefaultTimes(attributes: Attributes, at: string): Attributes {
  const all = Object.entries(attributes).map(([name, instances]) => [
    name,
    instances.map(
      (instance): AttributeInstance => ({
        ...instance,
        createdAt: instance.createdAt === UNKNOWN_TIME ? at : instance.createdAt,
        modifiedAt: instance.modifiedAt === UNKNOWN_TIME ? at : instance.modifiedAt,
        ...(instance.attributes && { attributes: attributesWithDefaultTimes(instance.attributes, at) }),
      }),
    ),
  ]);
  return Object.fromEntries(all);
}
