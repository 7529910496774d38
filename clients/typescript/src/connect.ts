import { type ClientRequest, createClient } from '@alzette/kit/client';
import type { PathTable } from '@alzette/kit/contract';
import { httpClient, type NgsiLdClient, NgsiLdClientError, problemOf } from '@alzette/ngsi-ld-schemas';

export interface ConnectOptions {
  /** Of the installation, such as `https://data.example.org`. */
  readonly url: string;
  /** An API key, or a token of a user; a function is asked before each request. */
  readonly token?: string | (() => string | Promise<string>);
  /** '' or absent: the default tenant. */
  readonly tenant?: string;
  /** URL of the @context: names in requests and answers are its terms. */
  readonly context?: string;
  /** For each attempt. Default 30,000. */
  readonly timeoutMs?: number;
  readonly fetch?: typeof globalThis.fetch;
}

/** Of each call to a service. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The path of each operation: `{ energy: { building: 'GET /energy/buildings/:id' } }`. */
export interface PathTables {
  readonly [service: string]: { readonly [operation: string]: string };
}

const DEADLINE_MS = 30_000;

/** A client of an installation: `ngsiLd` for its data, and a member for each contract of its services. */
export function connectTo<S>(tables: PathTables, options: ConnectOptions): S & { readonly ngsiLd: NgsiLdClient } {
  const { url, token, tenant, context, timeoutMs = DEADLINE_MS, fetch = globalThis.fetch } = options;
  const root = url.replace(/\/+$/, '');
  const authorized: typeof globalThis.fetch = async (input, init = {}) => {
    const bearer = typeof token === 'function' ? await token() : token;
    const headers = new Headers(init.headers);
    if (bearer !== undefined) headers.set('authorization', `Bearer ${bearer}`);
    return fetch(input, { ...init, headers });
  };
  const send = async ({ method, path, body, signal, headers }: ClientRequest): Promise<unknown> => {
    const isFile = body instanceof Blob || typeof body === 'string';
    const type = body instanceof Blob && body.type !== '' ? body.type : 'application/octet-stream';
    const deadline = AbortSignal.timeout(timeoutMs);
    const response = await authorized(root + path, {
      method,
      headers: {
        ...(tenant && { 'ngsild-tenant': tenant }),
        ...(body !== undefined && { 'content-type': isFile ? type : 'application/json' }),
        ...headers,
      },
      signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
      ...(body !== undefined && { body: isFile ? body : JSON.stringify(body) }),
    });
    return answerOf(response);
  };
  const services = Object.entries(tables).map(([name, paths]) => [name, createClient(paths as PathTable, send)]);
  const ngsiLd = httpClient(root, {
    timeoutMs,
    fetch: authorized,
    ...(tenant !== undefined && { tenant }),
    ...(context !== undefined && { context }),
  });
  // Typed by the contracts that the tables were made from.
  return { ...(Object.fromEntries(services) as S), ngsiLd };
}

/** JSON as a value, anything else as a Blob. @throws NgsiLdClientError: an error status */
async function answerOf(response: Response): Promise<unknown> {
  const { ok, status } = response;
  const type = response.headers.get('content-type');
  if (ok && type !== null && !type.includes('json')) return response.blob();
  const body = await response.text();
  if (!ok) throw new NgsiLdClientError(status, problemOf({ status, body }));
  return body === '' ? undefined : JSON.parse(body);
}

export { NgsiLdClientError as AlzetteError, queryAll } from '@alzette/ngsi-ld-schemas';
