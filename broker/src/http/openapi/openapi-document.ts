import type { OperationConfig } from '../requests/request.ts';
import { API } from '../requests/resource.ts';
import { openApiParameter } from './openapi-parameters.ts';

const STANDARD = 'NGSI-LD';

interface Operation {
  readonly tags: readonly string[];
  readonly [member: string]: unknown;
}

type Schema = { readonly [keyword: string]: unknown };

/** What a route outside the standard's API says of itself; JSON Schemas by name or in full. */
export interface RouteDescription {
  readonly summary: string;
  readonly query?: { readonly [name: string]: Schema };
  readonly body?: Schema;
  /** Absent: it answers without a body. */
  readonly answer?: Schema;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    openapi?: RouteDescription;
    /** A route that only refuses. */
    isRefusal?: boolean;
  }
}

/** A route as it was registered. */
export interface KnownRoute {
  readonly method: string;
  /** With `:name` for what varies. */
  readonly url: string;
  readonly operation?: OperationConfig | undefined;
  readonly description?: RouteDescription | undefined;
}

const TENANT = {
  name: 'NGSILD-Tenant',
  in: 'header',
  description: 'The tenant; absent: the default one.',
  schema: { type: 'string' },
};
const SNAPSHOT = {
  name: 'NGSILD-Snapshot',
  in: 'header',
  description: 'The snapshot to work on; absent: what is live.',
  schema: { type: 'string', format: 'uri' },
};
const LINK = {
  name: 'Link',
  in: 'header',
  description: 'The @context of names in the request and the answer, with rel http://www.w3.org/ns/json-ld#context.',
  schema: { type: 'string' },
};
const PROBLEM = {
  type: 'object',
  description: 'ProblemDetails (RFC 7807); `detail` names the field, what was got and what was expected.',
  properties: {
    type: { type: 'string', format: 'uri' },
    title: { type: 'string' },
    detail: { type: 'string' },
    status: { type: 'integer' },
  },
  required: ['type', 'title'],
};
const OBJECT = { type: 'object', additionalProperties: true };
const BODIES: { readonly [Kind in NonNullable<OperationConfig['body']>]: Schema } = {
  object: OBJECT,
  array: { type: 'array', items: OBJECT },
  context: { type: 'object', properties: { '@context': {} }, required: ['@context'] },
};

/** The OpenAPI 3.1 document of these routes. */
export function openApiDocument(routes: readonly KnownRoute[], publicUrl: string): object {
  const paths: { [path: string]: { [method: string]: Operation } } = {};
  for (const route of routes) {
    const path = openApiPath(route.url);
    paths[path] ??= {};
    paths[path][route.method.toLowerCase()] = operationOf(route);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Alzette',
      version: '0.1.0',
      description: 'The NGSI-LD API (ETSI GS CIM 009) of this broker, and what operators ask of it.',
      license: { name: 'EUPL-1.2', identifier: 'EUPL-1.2' },
    },
    servers: [{ url: publicUrl }],
    tags: tagsOf(paths),
    security: [{}, { token: [] }, { key: [] }],
    paths,
    components: {
      schemas: { ProblemDetails: PROBLEM },
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        key: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
      },
      responses: {
        Problem: {
          description: 'Refused, or failed',
          content: { 'application/json': { schema: { $ref: '#/components/schemas/ProblemDetails' } } },
        },
      },
    },
  };
}

/** The standard's operations first, then the areas by name. */
function tagsOf(paths: { readonly [path: string]: { readonly [method: string]: Operation } }): { name: string }[] {
  const used = new Set(Object.values(paths).flatMap((methods) => Object.values(methods).flatMap(({ tags }) => tags)));
  used.delete(STANDARD);
  return [STANDARD, ...[...used].sort()].map((name) => ({ name }));
}

/** `/a/:id` → `/a/{id}`. */
export function openApiPath(url: string): string {
  return url.replace(/:(\w+)/g, '{$1}').replace('*', '{rest}');
}

function operationOf({ method, url, operation, description }: KnownRoute): Operation {
  const body = description?.body ?? (operation?.body && BODIES[operation.body]);
  const isApi = operation !== undefined;
  const parameters = [
    ...[...openApiPath(url).matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
      name,
      in: 'path',
      required: true,
      schema: { type: 'string' },
    })),
    ...[...(operation?.parameters ?? [])].map(openApiParameter),
    ...Object.entries(description?.query ?? {}).map(([name, schema]) => ({ name, in: 'query', schema })),
    ...(isApi
      ? [TENANT, ...(operation.outsideSnapshots ? [] : [SNAPSHOT]), LINK]
      : url.startsWith('/ops/')
        ? [TENANT]
        : []),
  ];
  return {
    operationId: `${method.toLowerCase()}${url.replace(API, '').replace(/[^\w]+(\w?)/g, (_all, next) => next.toUpperCase())}`,
    tags: [areaOf(url)],
    ...(description && { summary: description.summary }),
    parameters,
    ...(body && { requestBody: { required: true, content: requestContent(body, isApi, method) } }),
    responses: {
      '2XX': { description: 'Done', ...answerOf(operation, description) },
      default: { $ref: '#/components/responses/Problem' },
    },
  };
}

/** `/ops/identity/users` → `ops/identity`; of the standard's API its name. */
function areaOf(url: string): string {
  const [, first = '', second = ''] = url.split('/');
  if (first === 'ngsi-ld') return STANDARD;
  return first === 'ops' ? `${first}/${second}` : first;
}

function requestContent(schema: Schema, isApi: boolean, method: string): object {
  const types = ['application/json'];
  if (isApi) types.push('application/ld+json');
  if (isApi && method === 'PATCH') types.push('application/merge-patch+json');
  return Object.fromEntries(types.map((type) => [type, { schema }]));
}

function answerOf(operation: OperationConfig | undefined, description: RouteDescription | undefined): object {
  if (description?.answer) return { content: { 'application/json': { schema: description.answer } } };
  const types = operation?.answers ?? [];
  return types.length === 0 ? {} : { content: Object.fromEntries(types.map((type) => [type, { schema: {} }])) };
}
