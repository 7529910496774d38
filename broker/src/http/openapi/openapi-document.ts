import type { AuditedChange } from '@alzette/kit/audited-change';
import type { OperationConfig } from '../requests/request.ts';
import { API } from '../requests/resource.ts';
import { CONTRACT_DESCRIPTIONS } from './contract-descriptions.ts';
import { NGSI_LD_OPERATIONS, type StandardOperation } from './ngsi-ld-operations.ts';
import { NGSI_LD_SCHEMAS } from './ngsi-ld-schemas.ts';
import { openApiParameter } from './openapi-parameters.ts';
import { contentOf, ownAnswers, ownParameters } from './own-operation.ts';
import type { DescribedObjects, RouteDescription, Schema } from './route-description.ts';

const STANDARD = 'NGSI-LD';

interface Operation {
  readonly tags: readonly string[];
  readonly [member: string]: unknown;
}

/** A registered route. */
export interface KnownRoute {
  readonly method: string;
  /** With `:name` for path parameters. */
  readonly url: string;
  readonly operation?: OperationConfig | undefined;
  readonly description?: RouteDescription | undefined;
  /** The declared right, if the route declares one. */
  readonly access?: string | undefined;
  readonly objects?: DescribedObjects | undefined;
  readonly audited?: AuditedChange | undefined;
}

const TENANT = {
  name: 'NGSILD-Tenant',
  in: 'header',
  description: 'The tenant. Default: the default tenant.',
  schema: { type: 'string' },
};
const SNAPSHOT = {
  name: 'NGSILD-Snapshot',
  in: 'header',
  description: 'The snapshot to use. Default: the current data.',
  schema: { type: 'string', format: 'uri' },
};
const LINK = {
  name: 'Link',
  in: 'header',
  description: 'The @context of names in the request and the response, with rel http://www.w3.org/ns/json-ld#context.',
  schema: { type: 'string' },
};
const PROBLEM = {
  type: 'object',
  description: 'ProblemDetails (RFC 7807); `detail` names the field, what was received and what was expected.',
  properties: {
    type: { type: 'string', format: 'uri' },
    title: { type: 'string' },
    detail: { type: 'string' },
    status: { type: 'integer' },
  },
  required: ['type', 'title'],
};

/** Builds the OpenAPI 3.1 document of these routes. */
export function openApiDocument(routes: readonly KnownRoute[], publicUrl: string, version: string): object {
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
      version,
      description: 'The NGSI-LD API (ETSI GS CIM 009) of this broker, and its routes for operators.',
      license: { name: 'EUPL-1.2', identifier: 'EUPL-1.2' },
    },
    servers: [{ url: publicUrl }],
    tags: tagsOf(paths),
    security: [{}, { token: [] }, { key: [] }],
    paths,
    components: {
      schemas: { ProblemDetails: PROBLEM, ...NGSI_LD_SCHEMAS },
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        key: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
      },
      responses: {
        Problem: {
          description: 'Rejected or failed',
          content: { 'application/json': { schema: { $ref: '#/components/schemas/ProblemDetails' } } },
        },
      },
    },
  };
}

/** The standard's operations first, then the other areas by name. */
function tagsOf(paths: { readonly [path: string]: { readonly [method: string]: Operation } }): { name: string }[] {
  const used = new Set(Object.values(paths).flatMap((methods) => Object.values(methods).flatMap(({ tags }) => tags)));
  used.delete(STANDARD);
  return [STANDARD, ...[...used].sort()].map((name) => ({ name }));
}

/** `/a/:id` → `/a/{id}`. */
function openApiPath(url: string): string {
  return url.replace(/:(\w+)/g, '{$1}').replace('*', '{rest}');
}

function operationOf({ method, url, operation, description, access, objects, audited }: KnownRoute): Operation {
  const standard = operation && NGSI_LD_OPERATIONS[`${method} ${url.replace(API, '')}`];
  const own = description ?? CONTRACT_DESCRIPTIONS.get(`${method} ${url}`);
  const body = own?.body ?? (standard?.body && bodyOf(standard.body));
  const summary = standard?.summary ?? own?.summary;
  const parameters = [
    ...ownParameters(openApiPath(url), own),
    ...[...(operation?.parameters ?? [])].map(openApiParameter),
    ...(operation !== undefined
      ? [TENANT, ...(operation.outsideSnapshots ? [] : [SNAPSHOT]), LINK]
      : url.startsWith('/ops/')
        ? [TENANT]
        : []),
  ];
  const example = standard?.example ?? own?.example ?? own?.call?.body;
  const content = own?.bodies
    ? contentOf(own.bodies, example)
    : body && requestContent(body, example, operation !== undefined, method);
  return {
    operationId: `${method.toLowerCase()}${url.replace(API, '').replace(/[^\w]+(\w?)/g, (_all, next) => next.toUpperCase())}`,
    tags: [areaOf(url)],
    ...(summary !== undefined && { summary }),
    ...(access !== undefined && { 'x-access': access }),
    ...(objects && { 'x-objects': { by: objects.by, ...(objects.kind && { kind: objects.kind.name }) } }),
    // Where the audit reads what it changes.
    ...(audited && { 'x-audited': audited.values }),
    parameters,
    ...(content && { requestBody: { required: true, content } }),
    responses: {
      ...(own?.answers
        ? ownAnswers(own.answers)
        : { [standard?.status ?? '2XX']: { description: 'Done', ...answerOf(operation, standard, own) } }),
      default: { $ref: '#/components/responses/Problem' },
    },
  };
}

function bodyOf(body: NonNullable<StandardOperation['body']>): Schema {
  return body === 'ids' ? { type: 'array', items: { type: 'string', format: 'uri' } } : named(body);
}

/** A reference to a schema by name; an array means a list of these. */
function named(name: string | readonly string[]): Schema {
  if (typeof name === 'string') return { $ref: `#/components/schemas/${name}` };
  return { type: 'array', items: { $ref: `#/components/schemas/${name[0]}` } };
}

/** `/ops/identity/users` → `ops/identity`; for the standard's API its name. */
function areaOf(url: string): string {
  const [, first = '', second = ''] = url.split('/');
  if (first === 'ngsi-ld') return STANDARD;
  return first === 'ops' ? `${first}/${second}` : first;
}

function requestContent(schema: Schema, example: unknown, isApi: boolean, method: string): object {
  const types = ['application/json'];
  if (isApi) types.push('application/ld+json');
  if (isApi && method === 'PATCH') types.push('application/merge-patch+json');
  return contentOf(Object.fromEntries(types.map((type) => [type, schema])), example);
}

function answerOf(
  operation: OperationConfig | undefined,
  standard: StandardOperation | undefined,
  description: RouteDescription | undefined,
): object {
  if (description?.answer) return { content: { 'application/json': { schema: description.answer } } };
  const schema = standard?.answer ? named(standard.answer) : {};
  const types = operation?.answers ?? [];
  return types.length === 0 ? {} : { content: Object.fromEntries(types.map((type) => [type, { schema }])) };
}
