import { randomBytes } from 'node:crypto';
import type { Agent } from 'undici';
import { Mismatch, Skipped, summary } from '../mismatch.ts';
import type { Answer, SentRequest } from './exchange.ts';
import { send } from './send.ts';

export type Json = { readonly [member: string]: unknown };
export type Query = { readonly [name: string]: string | number | boolean | undefined };

interface RequestOptions {
  readonly query?: Query;
  readonly accept?: string;
  /** Default `application/ld+json` for a body with its own `@context`, else `application/json`. */
  readonly contentType?: string;
  /** URL of the @context, sent as a Link header (6.3.5). */
  readonly context?: string | undefined;
  readonly headers?: { readonly [name: string]: string };
  /** Replaces the tenant of the run; '' is the default tenant. */
  readonly tenant?: string;
  /** Sends the body in chunks, without Content-Length. */
  readonly isChunked?: boolean;
}

export interface BrokerSettings {
  /** The URL without `/ngsi-ld/v1`. */
  readonly root: string;
  readonly tenant?: string | undefined;
  readonly headers?: { readonly [name: string]: string };
  readonly timeoutMs: number;
}

/** The broker under test for one case. It generates unique names, and records what the case creates. */
export class Broker {
  readonly settings: BrokerSettings;
  readonly #agent: Agent;
  readonly #mark = randomBytes(4).toString('hex');
  readonly #created: { readonly path: string; readonly tenant: string | undefined }[] = [];
  #count = 0;
  /** The last answer in this case. */
  last: Answer | undefined;
  /** The last request, with or without an answer. */
  lastRequest: SentRequest | undefined;

  constructor(settings: BrokerSettings, agent: Agent) {
    this.settings = settings;
    this.#agent = agent;
  }

  /** A unique URI: `urn:ngsi-ld:Building:…`. */
  id(type = 'Building'): string {
    return `urn:ngsi-ld:${type}:${this.#mark}-${++this.#count}`;
  }

  /** A unique name, so that a query by it finds only what this case created. */
  name(stem = 'Building'): string {
    return `${stem}${this.#mark}${++this.#count}`;
  }

  /** Skips the case. */
  skip(reason: string): never {
    throw new Skipped(reason);
  }

  get(path: string, options?: RequestOptions): Promise<Answer> {
    return this.request('GET', path, undefined, options);
  }

  /** A string as body is sent unchanged, anything else as JSON. */
  post(path: string, body: unknown, options?: RequestOptions): Promise<Answer> {
    return this.request('POST', path, body, options);
  }

  patch(path: string, body: unknown, options?: RequestOptions): Promise<Answer> {
    return this.request('PATCH', path, body, options);
  }

  put(path: string, body: unknown, options?: RequestOptions): Promise<Answer> {
    return this.request('PUT', path, body, options);
  }

  delete(path: string, options?: RequestOptions): Promise<Answer> {
    return this.request('DELETE', path, undefined, options);
  }

  async request(method: string, path: string, body: unknown, options: RequestOptions = {}): Promise<Answer> {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const tenant = options.tenant ?? this.settings.tenant;
    const headers: { [name: string]: string } = {
      ...this.settings.headers,
      ...(tenant && { 'NGSILD-Tenant': tenant }),
      ...(options.accept !== undefined && { Accept: options.accept }),
      ...(options.context !== undefined && { Link: contextLink(options.context) }),
      ...(text !== undefined && { 'Content-Type': options.contentType ?? contentTypeOf(body) }),
      ...options.headers,
    };
    const request = {
      method,
      url: `${this.settings.root}/ngsi-ld/v1${path}${asText(options.query)}`,
      headers,
      body: text,
    };
    this.lastRequest = request;
    const answer = await send(request, this.#agent, this.settings.timeoutMs, options.isChunked === true);
    this.last = answer;
    this.#remember(answer, path, body, tenant);
    return answer;
  }

  /** Creates an entity, with a generated id if it has none; returns the id. */
  async create(entity: Json, options?: RequestOptions): Promise<string> {
    const id = (entity.id as string | undefined) ?? this.id(typeof entity.type === 'string' ? entity.type : 'Entity');
    this.#succeeded(await this.post('/entities', { ...entity, id }, options), 201, 'the entity to be created');
    return id;
  }

  /** Creates the entities in one batch. */
  async createAll(entities: readonly Json[], options?: RequestOptions): Promise<void> {
    const answer = await this.post('/entityOperations/create', entities, options);
    this.#succeeded(answer, 201, 'the entities to be created');
  }

  /** Creates a subscription; returns its id. */
  async subscribe(subscription: Json, options?: RequestOptions): Promise<string> {
    const id = (subscription.id as string | undefined) ?? this.id('Subscription');
    const answer = await this.post('/subscriptions', { type: 'Subscription', ...subscription, id }, options);
    this.#succeeded(answer, 201, 'the subscription to be created');
    return id;
  }

  /** The present entity without `@context`. */
  async read(id: string, options?: RequestOptions): Promise<Json> {
    const answer = await this.get(entityPath(id), options);
    this.#succeeded(answer, 200, 'the entity to be there');
    const { '@context': _, ...entity } = answer.body as Json;
    return entity;
  }

  /** Deletes what the case created. */
  async cleanUp(): Promise<void> {
    for (const { path, tenant } of this.#created.splice(0).reverse()) {
      await this.delete(path, tenant === undefined ? {} : { tenant });
    }
  }

  #succeeded(answer: Answer, status: number, what: string): void {
    if (answer.status !== status) throw new Mismatch(`${what} (${status})`, summary(answer), answer.request);
  }

  #remember({ request, status, headers }: Answer, path: string, body: unknown, tenant: string | undefined): void {
    if (request.method !== 'POST' || status >= 300) return;
    if (headers.location !== undefined) {
      const created = headers.location.replace(/^https?:\/\/[^/]+/, '').replace(/^.*\/ngsi-ld\/v1(?=\/)/, '');
      this.#created.push({ path: created, tenant });
    } else if (/^\/entityOperations\/(create|upsert)/.test(path) && Array.isArray(body)) {
      for (const entity of body as Json[]) {
        if (typeof entity?.id === 'string') this.#created.push({ path: entityPath(entity.id), tenant });
      }
    }
  }
}

export function entityPath(id: string): string {
  return `/entities/${encodeURIComponent(id)}`;
}

export function attributePath(id: string, attribute: string): string {
  return `${entityPath(id)}/attrs/${encodeURIComponent(attribute)}`;
}

export function subscriptionPath(id: string): string {
  return `/subscriptions/${encodeURIComponent(id)}`;
}

/** The value of a Link header with a @context (6.3.5). */
export function contextLink(url: string): string {
  return `<${url}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"`;
}

function contentTypeOf(body: unknown): string {
  const document = Array.isArray(body) ? body[0] : body;
  const hasContext = typeof document === 'object' && document !== null && '@context' in document;
  return hasContext ? 'application/ld+json' : 'application/json';
}

function asText(query: Query = {}): string {
  const pairs = Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}
