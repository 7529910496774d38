import { defaultTransport } from '#default-transport';
import type { BatchOperationResult, Entity } from '../entity.ts';
import { batchResult } from './batch-result.ts';
import {
  type CallOptions,
  type EntityQuery,
  type EntitySamples,
  HOPS_HEADER,
  type NgsiLdClient,
  NgsiLdClientError,
  type RetrieveOptions,
  type TemporalEntity,
  type TemporalQuery,
} from './client.ts';
import { queryParameters, retrieveParameters } from './entity-parameters.ts';
import { countParameters, countsOf, joinSamples, samplesOf, temporalParameters } from './entity-samples.ts';
import { fetchTransport } from './fetch-transport.ts';
import { problemOf } from './problem-of.ts';
import { sendWithRetries } from './retry.ts';
import type { HttpAnswer, Transport } from './transport.ts';

export interface HttpClientOptions {
  /** URL of the @context for calls without one. */
  context?: string;
  /** Tenant for calls without one; '' is the default tenant. */
  tenant?: string;
  /** Replaces the default of the environment: undici in Node, the global `fetch` elsewhere. */
  fetch?: typeof globalThis.fetch;
  transport?: Transport;
  /** For repeatable calls. Default 2. */
  retries?: number;
  /** For each attempt. Default 30,000. */
  timeoutMs?: number;
  /** Entities per request; larger batches are sent as several requests, one after another. Default 500. */
  batchSize?: number;
  /** Sent with every request, e.g. `authorization`. */
  headers?: Record<string, string>;
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  /** Whether the request can be repeated without further effect. */
  readonly repeatable: boolean;
  readonly options: CallOptions | undefined;
}

// Longer than 80 lines: a method for each operation, each short, over one transport.
/**
 * An NGSI-LD client over HTTP, for any conforming broker.
 *
 * @param target the URL before `/ngsi-ld/v1`, e.g. `http://localhost:1026`, alone or with options; '' in a page served
 * by the broker
 */
export function httpClient(
  target: string | ({ url: string } & HttpClientOptions),
  options: HttpClientOptions = {},
): NgsiLdClient {
  const { url: baseUrl, ...settings } = typeof target === 'string' ? { url: target, ...options } : target;
  const { retries = 2, timeoutMs = 30_000, batchSize = 500 } = settings;
  const root = `${baseUrl.replace(/\/+$/, '')}/ngsi-ld/v1`;
  const transport =
    settings.transport ?? (settings.fetch ? fetchTransport(timeoutMs, settings.fetch) : defaultTransport(timeoutMs));

  async function send({ method, path, body, repeatable, options = {} }: Call) {
    const request = {
      method,
      url: root + path,
      headers: headersFor(settings, options, body),
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(options.signal && { signal: options.signal }),
    };
    return sendWithRetries(transport, request, repeatable ? retries : 0);
  }

  async function batch(path: string, entities: Entity[], repeatable: boolean, options: CallOptions | undefined) {
    const result: BatchOperationResult = { success: [], errors: [] };
    for (let start = 0; start < entities.length; start += batchSize) {
      const body = entities.slice(start, start + batchSize);
      const answer = succeeded(await send({ method: 'POST', path, body, repeatable, options }));
      const { success, errors } = batchResult(answer, body);
      result.success.push(...success);
      result.errors.push(...errors);
    }
    return result;
  }

  async function measures(entities: Entity[], options: CallOptions): Promise<BatchOperationResult> {
    const result: BatchOperationResult = { success: [], errors: [] };
    for (const entity of entities) {
      const path = '/temporal/entities';
      const answer = await send({ method: 'POST', path, body: entity, repeatable: true, options });
      // A refused entity is an error of that entity. Other failures concern the broker and end the call at once.
      if (answer.status >= 400 && answer.status <= 499) {
        result.errors.push({ entityId: entity.id, error: problemOf(answer) });
        continue;
      }
      succeeded(answer);
      result.success.push(entity.id);
    }
    return result;
  }

  /** Repeats the query until the answer is complete (6.3.10). */
  async function samples(query: TemporalQuery): Promise<EntitySamples[]> {
    const found: EntitySamples[] = [];
    let from: Date | undefined = query.from;
    while (from !== undefined) {
      const path = `/temporal/entities${queryString(temporalParameters(query, from))}`;
      const answer: HttpAnswer = succeeded(await send({ method: 'GET', path, repeatable: true, options: query }));
      const entities = JSON.parse(answer.body) as TemporalEntity[];
      joinSamples(
        found,
        entities.map((entity) => samplesOf(entity, query)),
      );
      // With `lastN`, what is left out is older.
      from = query.lastN === undefined ? continuation(answer, from) : undefined;
    }
    return found;
  }

  async function remove(path: string, options: CallOptions | undefined): Promise<void> {
    const answer = await send({ method: 'DELETE', path, repeatable: true, options });
    // An earlier attempt whose answer was lost may have deleted it.
    if (!(answer.retried && answer.status === 404)) succeeded(answer);
  }

  return {
    async createEntity(entity, options) {
      succeeded(await send({ method: 'POST', path: '/entities', body: entity, repeatable: false, options }));
    },
    async retrieveEntity<E = Entity>(id: string, options: RetrieveOptions = {}) {
      const path = entityPath(id) + queryString(retrieveParameters(options));
      const answer = await send({ method: 'GET', path, repeatable: true, options });
      return answer.status === 404 ? undefined : (JSON.parse(succeeded(answer).body) as E);
    },
    async queryEntities<E = Entity>(query: EntityQuery) {
      const path = `/entities${queryString(queryParameters(query))}`;
      const answer = succeeded(await send({ method: 'GET', path, repeatable: true, options: query }));
      const count = answer.header('ngsild-results-count');
      return { entities: JSON.parse(answer.body) as E[], ...(count !== undefined && { count: Number(count) }) };
    },
    async mergeEntity(id, fragment, options) {
      succeeded(await send({ method: 'PATCH', path: entityPath(id), body: fragment, repeatable: true, options }));
    },
    deleteEntity: (id, options) => remove(entityPath(id), options),
    batchCreate: (entities, options) => batch('/entityOperations/create', entities, false, options),
    batchUpsert: (entities, options) =>
      options?.lateToHistory
        ? measures(entities, options)
        : batch(`/entityOperations/upsert${options?.update ? '?options=update' : ''}`, entities, true, options),
    async upsertTemporal(entity, options) {
      const path = '/temporal/entities';
      succeeded(await send({ method: 'POST', path, body: entity, repeatable: true, options }));
    },
    queryTemporal: (query) => samples(query),
    async countSamples(query) {
      const path = `/temporal/entities${queryString(countParameters(query))}`;
      const answer = succeeded(await send({ method: 'GET', path, repeatable: true, options: query }));
      return countsOf(JSON.parse(answer.body) as TemporalEntity[], query);
    },
    async createSubscription(subscription, options) {
      const path = '/subscriptions';
      const answer = succeeded(await send({ method: 'POST', path, body: subscription, repeatable: false, options }));
      return decodeURIComponent(answer.header('location')?.split('/').pop() ?? String(subscription.id));
    },
    async updateSubscription(id, fragment, options) {
      const path = `/subscriptions/${encodeURIComponent(id)}`;
      succeeded(await send({ method: 'PATCH', path, body: fragment, repeatable: true, options }));
    },
    deleteSubscription: (id, options) => remove(`/subscriptions/${encodeURIComponent(id)}`, options),
  };
}

function entityPath(id: string): string {
  return `/entities/${encodeURIComponent(id)}`;
}

function queryString(parameters: URLSearchParams): string {
  return parameters.size === 0 ? '' : `?${parameters}`;
}

/** The time from which a truncated evolution continues; undefined: it was complete, or nothing follows. */
function continuation(answer: HttpAnswer, from: Date): Date | undefined {
  if (answer.status !== 206) return undefined;
  const [, end] = /^date-time \S+?Z-(\S+)\//.exec(answer.header('content-range') ?? '') ?? [];
  const at = Date.parse(end ?? '');
  return at > from.getTime() ? new Date(at) : undefined;
}

/** A body with its own @context is sent as JSON-LD, any other with a Link header for the context (6.3.5). */
function headersFor(settings: HttpClientOptions, options: CallOptions, body: unknown): Record<string, string> {
  const context = options.context ?? settings.context;
  const tenant = options.tenant ?? settings.tenant;
  const isJsonLd = [body].flat().some((part) => typeof part === 'object' && part !== null && '@context' in part);
  return {
    ...settings.headers,
    accept: 'application/json',
    ...(body !== undefined && { 'content-type': isJsonLd ? 'application/ld+json' : 'application/json' }),
    ...(context !== undefined &&
      !isJsonLd && {
        link: `<${context}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"`,
      }),
    ...(tenant && { 'ngsild-tenant': tenant }),
    ...(options.hops !== undefined && { [HOPS_HEADER.toLowerCase()]: `${options.hops}` }),
  };
}

/** @throws NgsiLdClientError: the answer is not a success */
function succeeded<A extends HttpAnswer>(answer: A): A {
  if (answer.status >= 200 && answer.status <= 299) return answer;
  throw new NgsiLdClientError(answer.status, problemOf(answer));
}
