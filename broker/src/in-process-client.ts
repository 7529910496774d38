import {
  type CallOptions,
  type EntityPage,
  type EntityQuery,
  type NgsiLdClient,
  NgsiLdClientError,
  type RetrieveOptions,
  type TemporalEntity,
} from '@alzette/ngsi-ld-schemas/client';
import { samplesOf, temporalParameters } from '@alzette/ngsi-ld-schemas/client/samples';
import type { Context, Contexts } from './context/contexts.ts';
import type { Database } from './database/database.ts';
import { type BatchItem, type BatchOutcome, failedItem, writeBatch } from './entities/batch.ts';
import { createEntity } from './entities/create-entity.ts';
import { deleteEntity } from './entities/delete-entity.ts';
import { mergeEntity } from './entities/merge-entity.ts';
import { queryEntities } from './entities/query-entities.ts';
import { retrieveEntity } from './entities/retrieve-entity.ts';
import { readUpsert } from './entities/upsert-entity.ts';
import { readMeasures } from './entities/upsert-measures.ts';
import type { Decide, WriteLane } from './entities/write-lane/write-lane.ts';
import { queryTemporal } from './history/query/query-temporal.ts';
import { upsertTemporal } from './history/write/write-temporal.ts';
import { type BatchOperationResult, batchResult } from './http/answers/batch-result.ts';
import { problemOf } from './http/answers/problem.ts';
import { readEntityQuery, readRepresentation } from './http/requests/entity-query.ts';
import type { Parameters } from './http/requests/parameters.ts';
import { readEvolution, selectionOf } from './http/requests/temporal-query.ts';
import { NgsiLdError } from './model/errors.ts';
import { parseEntityFragment, parseWholeEntity } from './model/parse/parse-entity.ts';
import { representEntity } from './model/represent/represent.ts';
import { parseTemporalFragment } from './model/temporal/temporal-fragment.ts';
import { representTemporal } from './model/temporal/temporal-represent.ts';
import { badMember } from './model/values.ts';
import { checkNotTooWide } from './query/entity-query.ts';
import { parseProjection } from './query/projection/projection.ts';
import { createSubscription, type SubscriptionParts } from './subscriptions/operations/create-subscription.ts';
import { deleteSubscription } from './subscriptions/operations/delete-subscription.ts';
import type { Tenants } from './tenants/tenants.ts';

export interface InProcessParts {
  readonly db: Database;
  readonly lane: WriteLane;
  readonly contexts: Contexts;
  readonly tenants: Tenants;
  readonly subscriptions: SubscriptionParts;
}

/** Of each series, in one answer to a package beside the broker: it asks for as much as it can take. */
const ALL_INSTANCES = 1_000_000;

/** @throws NgsiLdError: the item can't be read */
type ReadItem<Result> = (item: unknown, names: Context) => { entityId: string; decide: Decide<Result> };

/** The operations of the broker for packages that run beside it: into the same write lane, without the HTTP between. */
export function inProcessClient({ db, lane, contexts, tenants, subscriptions }: InProcessParts): NgsiLdClient {
  async function contextOf(options: CallOptions | undefined): Promise<Context> {
    return contexts.cached(options?.context) ?? contexts.resolve(options?.context);
  }

  async function inTenant<Result>(
    options: CallOptions | undefined,
    write: (tenant: string) => Promise<Result>,
  ): Promise<Result> {
    const tenant = options?.tenant ?? '';
    const result = await write(tenant);
    if (!tenants.knows(tenant)) await tenants.begin(tenant);
    return result;
  }

  async function written<Result>(
    items: readonly unknown[],
    options: CallOptions | undefined,
    read: ReadItem<Result>,
  ): Promise<BatchOutcome<Result>[]> {
    const names = await contextOf(options);
    const readOne = (item: unknown): BatchItem<Result> => {
      try {
        return read(item, names);
      } catch (error) {
        return failedItem(item, error);
      }
    };
    const batched = items.map(readOne);
    return inTenant(options, (tenant) => writeBatch(lane, tenant, batched));
  }

  async function batch<Result>(
    items: readonly unknown[],
    options: CallOptions | undefined,
    read: ReadItem<Result>,
  ): Promise<BatchOperationResult> {
    return batchResult(await written(items, options, read));
  }

  async function measures(
    items: readonly unknown[],
    options: CallOptions,
  ): Promise<BatchOperationResult & { readonly late: number }> {
    const outcomes = await written(items, options, readMeasures);
    const late = outcomes.reduce((sum, outcome) => sum + ('result' in outcome ? outcome.result : 0), 0);
    return { ...batchResult(outcomes), late };
  }

  return {
    createEntity: (entity, options) =>
      told(async () => {
        const whole = parseWholeEntity(entity, await contextOf(options));
        await inTenant(options, (tenant) => lane.write(tenant, whole.id, createEntity(whole)));
      }),

    retrieveEntity: <E>(id: string, options?: RetrieveOptions) =>
      told(async () => {
        const context = await contextOf(options);
        const parameters = urlParameters(options ?? {});
        try {
          const entity = await retrieveEntity(db, options?.tenant ?? '', id);
          const how = readRepresentation(parameters, parseProjection(parameters, context));
          return representEntity(entity, context, how) as E | undefined; // the caller knows what it asked for
        } catch (error) {
          if (error instanceof NgsiLdError && error.type === 'ResourceNotFound') return undefined;
          throw error;
        }
      }),

    queryEntities: <E>(query: EntityQuery) =>
      told(async (): Promise<EntityPage<E>> => {
        const context = await contextOf(query);
        const parameters = urlParameters(query);
        const read = readEntityQuery(parameters, context);
        checkNotTooWide(read);
        const how = readRepresentation(parameters, read.projection);
        const { entities, count } = await queryEntities(db, query.tenant ?? '', read);
        const shown = entities.flatMap((entity) => representEntity(entity, context, how) ?? []);
        return { entities: shown as E[], ...(count !== undefined && { count }) };
      }),

    mergeEntity: (id, fragment, options) =>
      told(async () => {
        const read = parseEntityFragment(fragment, await contextOf(options), 'merge');
        await lane.write(options?.tenant ?? '', id, mergeEntity(id, read, {}));
      }),

    deleteEntity: (id, options) => told(() => lane.write(options?.tenant ?? '', id, deleteEntity(id))),

    batchCreate: (entities, options) =>
      told(() =>
        batch(entities, options, (item, names) => {
          const entity = parseWholeEntity(item, names);
          return { entityId: entity.id, decide: createEntity(entity) };
        }),
      ),

    batchUpsert: (entities, options) =>
      told(() =>
        options?.lateToHistory === true
          ? measures(entities, options)
          : batch(entities, options, (item, names) => readUpsert(item, names, options?.update === true)),
      ),

    upsertTemporal: (entity, options) =>
      told(async () => {
        const fragment = parseTemporalFragment(entity, await contextOf(options));
        const { id } = fragment;
        if (id === undefined) throw badMember('id', undefined, 'the URI of the entity');
        await inTenant(options, (tenant) => upsertTemporal(db, lane, tenant, { ...fragment, id }));
      }),

    queryTemporal: (query) =>
      told(async () => {
        const context = await contextOf(query);
        const parameters = Object.fromEntries(temporalParameters(query));
        const read = readEntityQuery(parameters, context);
        const evolution = readEvolution(parameters, read.projection);
        const page = { ...read, descending: false };
        const found = await queryTemporal(
          db,
          query.tenant ?? '',
          selectionOf(read, evolution),
          evolution.asked,
          page,
          ALL_INSTANCES,
        );
        return found.entities.map((entity) =>
          samplesOf(representTemporal(entity, context, evolution.how) as TemporalEntity, query),
        );
      }),

    createSubscription: (subscription, options) =>
      told(async () => {
        const context = await contextOf(options);
        return inTenant(options, (tenant) => createSubscription(subscriptions, tenant, subscription, context));
      }),

    deleteSubscription: (id, options) => told(() => deleteSubscription(subscriptions, options?.tenant ?? '', id)),
  };
}

/** Whichever way a call travels, its caller sees the same errors. */
async function told<Result>(call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof NgsiLdError)) throw error;
    const problem = problemOf(error);
    throw new NgsiLdClientError(problem.status, problem);
  }
}

/** A query as its URL would have it, so that both ways are read by the same code. */
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
