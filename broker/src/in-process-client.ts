import {
  type CallOptions,
  type EntityPage,
  type EntityQuery,
  type EntitySamples,
  type NgsiLdClient,
  NgsiLdClientError,
  type RetrieveOptions,
  type TemporalEntity,
  type TemporalQuery,
} from '@alzette/ngsi-ld-schemas/client';
import { countParameters, countsOf, samplesOf, temporalParameters } from '@alzette/ngsi-ld-schemas/client/samples';
import type { Caller } from './access/caller.ts';
import type { Contexts } from './context/contexts.ts';
import type { ItemOutcome } from './federation/write/distributed-batch.ts';
import { partOf } from './federation/write/entity-writes.ts';
import type { EntityWithSamples } from './history/query/plain-samples.ts';
import { batchResult } from './http/answers/batch-result.ts';
import { problemOf } from './http/answers/problem.ts';
import { readEntityQuery, readLinks, readRepresentation } from './http/requests/entity-query.ts';
import { filterTexts } from './http/requests/filter-texts.ts';
import type { Parameters } from './http/requests/parameters.ts';
import { readEvolution } from './http/requests/temporal-query.ts';
import { NgsiLdError } from './model/errors.ts';
import type { NameCompactor } from './model/names.ts';
import { parseEntityFragment, parseWholeEntity } from './model/parse/parse-entity.ts';
import { representEntity } from './model/represent/represent.ts';
import { parseTemporalFragment } from './model/temporal/temporal-fragment.ts';
import { representAggregates, representTemporal } from './model/temporal/temporal-represent.ts';
import type { JsonObject } from './model/values.ts';
import {
  BATCH_CREATE,
  BATCH_UPSERT_MEASURES,
  type BatchOperation,
  batchUpsert,
} from './operations/batch/batch-operations.ts';
import { writeBatchEverywhere } from './operations/batch/write-batch.ts';
import { createEntity } from './operations/entities/create-entity.ts';
import { deleteEntity } from './operations/entities/delete-entity.ts';
import { mergeEntity } from './operations/entities/merge-entity.ts';
import { queryEntities } from './operations/entities/query-entities.ts';
import { retrieveEntity } from './operations/entities/retrieve-entity.ts';
import { perform } from './operations/entity-operation.ts';
import type { OperationRequest, WriteParts } from './operations/operation-request.ts';
import { queryEvolutions, querySamples } from './operations/temporal/read-evolutions.ts';
import { upsertEvolution } from './operations/temporal/write-evolution.ts';
import { parseProjection } from './query/projection/projection.ts';
import { createSubscription, type SubscriptionParts } from './subscriptions/operations/create-subscription.ts';
import { deleteSubscription } from './subscriptions/operations/delete-subscription.ts';
import { updateSubscription } from './subscriptions/operations/update-subscription.ts';
import type { Tenants } from './tenants/tenants.ts';
import { Turns } from './turns/turns.ts';

export interface InProcessParts extends WriteParts {
  readonly contexts: Contexts;
  readonly tenants: Tenants;
  readonly subscriptions: SubscriptionParts;
  /** The caller for a tenant: who uses this client, with their rights. */
  callerIn(tenant: string): Caller | Promise<Caller>;
}

/** The number of instances per series in an answer. There is no practical limit in process. */
const ALL_INSTANCES = 1_000_000;

/** The broker's operations for packages in the same process: the same as over HTTP, without HTTP. */
export function inProcessClient(parts: InProcessParts): NgsiLdClient {
  return { ...entityCalls(parts), ...batchCalls(parts), ...otherCalls(parts) };
}

type EntityCall = 'createEntity' | 'retrieveEntity' | 'queryEntities' | 'mergeEntity' | 'deleteEntity';

function entityCalls(parts: InProcessParts): Pick<NgsiLdClient, EntityCall> {
  return {
    createEntity: (entity, options) =>
      answered(async () => {
        const request = await requestOf(parts, options);
        const whole = parseWholeEntity(entity, request.context);
        const document = entity as JsonObject; // it was parsed as an entity
        await perform(parts, request, createEntity({ entity: whole, document }));
        await beginTenant(parts, request);
      }),

    retrieveEntity: <E>(id: string, options?: RetrieveOptions) =>
      answered(async () => {
        const request = await requestOf(parts, options);
        const parameters = urlParameters(options ?? {});
        const projection = parseProjection(parameters, request.context);
        const links = { ...readLinks(parameters), ...(projection && { projection }) };
        const how = readRepresentation(parameters, projection);
        try {
          const { entity } = await retrieveEntity(parts, request, { id, links });
          return representEntity(entity, request.context, how) as E | undefined; // the caller knows the type it requests
        } catch (error) {
          if (error instanceof NgsiLdError && error.type === 'ResourceNotFound') return undefined;
          throw error;
        }
      }),

    queryEntities: <E>(query: EntityQuery) =>
      answered(async (): Promise<EntityPage<E>> => {
        const { local = false } = query;
        const request = { ...(await requestOf(parts, query)), isLocal: local };
        const parameters = urlParameters(query);
        const read = readEntityQuery(parameters, request.context);
        const how = readRepresentation(parameters, read.projection);
        const { entities, count } = await queryEntities(parts, request, {
          query: read,
          texts: filterTexts(parameters),
        });
        const shown = entities.flatMap((entity) => representEntity(entity, request.context, how) ?? []);
        return { entities: shown as E[], ...(count !== undefined && { count }) };
      }),

    mergeEntity: (id, fragment, options) =>
      answered(async () => {
        const request = await requestOf(parts, options);
        const read = parseEntityFragment(fragment, request.context, 'merge');
        const document = fragment as JsonObject; // it was parsed as a fragment
        const merge = mergeEntity({ id, document, options: {}, fragmentOf: (left) => partOf(read, left) });
        await perform(parts, request, merge);
      }),

    deleteEntity: (id, options) =>
      answered(async () => {
        await perform(parts, await requestOf(parts, options), deleteEntity(id));
      }),
  };
}

function batchCalls(parts: InProcessParts): Pick<NgsiLdClient, 'batchCreate' | 'batchUpsert'> {
  async function written<Result>(
    operation: BatchOperation<Result>,
    documents: readonly unknown[],
    options: CallOptions | undefined,
  ): Promise<ItemOutcome<Result>[]> {
    const request = await requestOf(parts, options);
    // In one turn, so that batches are written in the order of the calls.
    const turns = new Turns(Number.POSITIVE_INFINITY);
    const outcomes = await writeBatchEverywhere(parts, request, operation, documents, () => request.context, turns);
    await beginTenant(parts, request);
    return outcomes;
  }
  return {
    batchCreate: (entities, options) =>
      answered(async () => batchResult(await written(BATCH_CREATE, entities, options))),

    batchUpsert: (entities, options) =>
      answered(async () => {
        if (options?.lateToHistory === true) {
          const outcomes = await written(BATCH_UPSERT_MEASURES, entities, options);
          return { ...batchResult(outcomes), late: outcomes.reduce((sum, { result = 0 }) => sum + result, 0) };
        }
        const update = options?.update === true;
        return batchResult(await written(batchUpsert(update, update ? 'update' : undefined), entities, options));
      }),
  };
}

type OtherCall =
  | 'upsertTemporal'
  | 'queryTemporal'
  | 'countSamples'
  | 'createSubscription'
  | 'updateSubscription'
  | 'deleteSubscription';

function otherCalls(parts: InProcessParts): Pick<NgsiLdClient, OtherCall> {
  return {
    upsertTemporal: (entity, options) =>
      answered(async () => {
        const request = await requestOf(parts, options);
        const fragment = parseTemporalFragment(entity, request.context);
        await upsertEvolution(parts, request, fragment, entity as JsonObject); // it was parsed as an evolution
        await beginTenant(parts, request);
      }),

    queryTemporal: (asked) =>
      answered(async () => {
        const request = await requestOf(parts, asked);
        const parameters = Object.fromEntries(temporalParameters(asked));
        const query = readEntityQuery(parameters, request.context);
        const timed = readEvolution(parameters, query.projection);
        const { timeproperty: _, ...anyTime } = timed.temporalQ;
        const evolution = asked.untimed ? { ...timed, temporalQ: anyTime } : timed;
        const reads = { ...parts, mostInstances: ALL_INSTANCES };
        const plain = await querySamples(reads, request, { query, evolution });
        if (plain !== undefined) return plain.map((entity) => entitySamples(entity, request.context, asked));
        const found = await queryEvolutions(reads, request, { query, evolution, texts: filterTexts(parameters) });
        return found.entities.map((entity) =>
          samplesOf(representTemporal(entity, request.context, evolution.how) as TemporalEntity, asked),
        );
      }),

    countSamples: (asked) =>
      answered(async () => {
        const request = await requestOf(parts, asked);
        const parameters = Object.fromEntries(countParameters(asked));
        const query = readEntityQuery(parameters, request.context);
        const evolution = readEvolution(parameters, query.projection);
        const reads = { ...parts, mostInstances: ALL_INSTANCES };
        const { entities, aggregates } = await queryEvolutions(reads, request, {
          query,
          evolution,
          texts: filterTexts(parameters),
        });
        const counted = entities.map((entity) => {
          const own = aggregates?.get(entity.id) ?? new Map();
          return representAggregates(entity, own, request.context, evolution.how) as TemporalEntity;
        });
        return countsOf(counted, asked);
      }),

    createSubscription: (subscription, options) =>
      answered(async () => {
        const request = await requestOf(parts, options);
        const id = await createSubscription(parts.subscriptions, request.caller.tenant, subscription, request.context);
        await beginTenant(parts, request);
        return id;
      }),

    updateSubscription: (id, fragment, options) =>
      answered(async () => {
        const { caller, context } = await requestOf(parts, options);
        await updateSubscription(parts.subscriptions, caller.tenant, id, fragment, context);
      }),

    deleteSubscription: (id, options) =>
      answered(() => deleteSubscription(parts.subscriptions, options?.tenant ?? '', id)),
  };
}

function entitySamples(
  { id, types, samples }: EntityWithSamples,
  names: NameCompactor,
  { attrs, from, to }: TemporalQuery,
) {
  const type = types.map((each) => names.compact(each));
  const attributes: EntitySamples['attributes'] = {};
  for (const [iri, series] of samples) {
    const name = names.compact(iri);
    if (!attrs.includes(name)) continue;
    attributes[name] = series.filter(([, at]) => at >= from.getTime() && at <= to.getTime()) as [unknown, number][];
  }
  return { id, type: type.length === 1 ? (type[0] as string) : type, attributes };
}

async function requestOf(
  { contexts, callerIn }: InProcessParts,
  options: CallOptions | undefined,
): Promise<OperationRequest> {
  const context = contexts.cached(options?.context) ?? (await contexts.resolve(options?.context));
  const found = callerIn(options?.tenant ?? '');
  const caller = found instanceof Promise ? await found : found; // rarely, and waiting takes time
  const { hops } = options ?? {};
  return { caller: hops === undefined ? caller : { ...caller, hops }, context, headers: {}, isLocal: false };
}

/** A tenant comes into existence with its first successful write (4.14, 5.5.10). */
async function beginTenant({ tenants }: InProcessParts, { caller: { tenant } }: OperationRequest): Promise<void> {
  if (!tenants.knows(tenant)) await tenants.begin(tenant);
}

/** Converts errors to those of the HTTP client, so that callers see the same errors either way. */
async function answered<Result>(call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof NgsiLdError)) throw error;
    const problem = problemOf(error);
    throw new NgsiLdClientError(problem.status, problem);
  }
}

/** A query as URL parameters, so that both clients use the same parser. */
function urlParameters(query: RetrieveOptions & EntityQuery): Parameters {
  const { tenant: _t, context: _c, signal: _s, sysAttrs, coordinates, ...others } = query;
  const parameters: Record<string, string> = {};
  for (const [name, value] of Object.entries(others)) {
    if (value !== undefined) parameters[name] = Array.isArray(value) ? value.join(',') : String(value);
  }
  if (coordinates !== undefined) parameters.coordinates = JSON.stringify(coordinates);
  if (sysAttrs) parameters.options = 'sysAttrs';
  return parameters;
}
