import { headersOfSender } from '@alzette/kit/access';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { PlatformRequest } from '../tools/tool.ts';

const CORE_CONTEXT = 'https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.9.jsonld';
const LINK_RELATION = 'rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"';

export interface PlatformAnswer {
  readonly status: number;
  /** The parsed JSON; a text if the body is not JSON. */
  readonly body: unknown;
  /** The total count, if it was requested for a list. */
  readonly count?: number;
}

/** Any request to our API, including writes. */
export interface AnyRequest extends Omit<PlatformRequest, 'method'> {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Sends a request through the routes of this process, as if the sender of `from` had sent it over HTTP: with their
 * credential, tenant and address, so their rights, limits, quotas and audit apply. This service has no other access to
 * data.
 */
export async function askAsCaller(
  app: FastifyInstance,
  context: string,
  from: FastifyRequest,
  { method, path, body, keepsIris = false, headers }: AnyRequest,
): Promise<PlatformAnswer> {
  const answer = await app.inject({
    method,
    url: path,
    remoteAddress: from.ip,
    headers: {
      accept: 'application/json',
      link: `<${keepsIris ? CORE_CONTEXT : context}>; ${LINK_RELATION}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
      ...headersOfSender(from),
    },
    ...(body !== undefined && { payload: JSON.stringify(body) }),
  });
  const count = Number(answer.headers['ngsild-results-count'] ?? Number.NaN);
  return { status: answer.statusCode, body: read(answer.body), ...(Number.isFinite(count) && { count }) };
}

function read(text: string): unknown {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return text;
  }
}
