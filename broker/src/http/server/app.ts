import type { Outage } from '@alzette/kit/outage';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import type { Contexts } from '../../context/contexts.ts';
import type { KnownNames } from '../../entities/discovery/known-names.ts';
import { NgsiLdError } from '../../model/errors.ts';
import { shown } from '../../model/values.ts';
import type { SnapshotSpaces } from '../../snapshots/snapshot-spaces.ts';
import type { InteropSettings } from '../../tenants/interop/interop-settings.ts';
import type { Company } from '../../tenants/quotas/company.ts';
import type { Quotas } from '../../tenants/quotas/quotas.ts';
import type { TenantUsage } from '../../tenants/quotas/tenant-usage.ts';
import type { Tenants } from '../../tenants/tenants.ts';
import { outageOfAnswer, problemOf } from '../answers/problem.ts';
import { sendJson } from '../answers/send-json.ts';
import { sendProblem } from '../answers/send-problem.ts';
import { parseBody } from '../requests/body/body.ts';
import type { Door } from '../requests/door.ts';
import { answerOptions, refuseMethod } from '../requests/resource.ts';
import { answerClientError, refuseExpectations } from './client-errors.ts';
import { allowOrigins } from './cors.ts';
import { AsciiResponse } from './fast/ascii-response.ts';
import { addRequestSteps } from './request-steps.ts';
import { traceRequests } from './request-traces.ts';
import { RoutePaths } from './route-paths.ts';

/** Larger bodies are refused with 413. */
const BODY_LIMIT_BYTES = 16 * 1024 * 1024;

const TOO_LARGE = `The body is too large, expected at most ${BODY_LIMIT_BYTES / 1024 / 1024} MiB`;

/** Ids and names in a path may be percent-encoded IRIs; Fastify's default limit is 100 characters. */
const MAX_PARAMETER_LENGTH = 4096;

const JSON_TYPES = ['application/json', 'application/ld+json', 'application/merge-patch+json'];

/** PEM. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

interface AppOptions {
  /** Whether everyone who reaches the broker may do everything. */
  readonly isAccessOpen: boolean;
  readonly quotas: Quotas;
  readonly company: Company;
  readonly usage: TenantUsage;
  readonly interop: InteropSettings;
  readonly names: KnownNames;
  /** The number of processes on the database. */
  readonly processes: () => number;
  /** Called for each request that failed because of the state of the database. */
  readonly onOutage?: (outage: Outage, error: unknown) => void;
  readonly logger?: FastifyBaseLogger;
  readonly tls?: TlsFiles | undefined;
  readonly corsOrigins?: readonly string[] | undefined;
  /** Addresses and networks of proxies whose X-Forwarded-For is trusted. Anyone else could forge it. */
  readonly proxies?: readonly string[] | undefined;
  readonly door?: Door | undefined;
}

/**
 * Creates the Fastify instance with everything that the broker's routes share: parsing, errors, tenants and contexts.
 */
export async function createApp(
  contexts: Contexts,
  tenants: Tenants,
  snapshots: SnapshotSpaces,
  {
    isAccessOpen,
    quotas,
    company,
    usage,
    interop,
    names,
    processes,
    onOutage,
    logger,
    tls,
    corsOrigins = [],
    proxies = [],
    door,
  }: AppOptions,
): Promise<FastifyInstance> {
  const paths = new RoutePaths();
  const app: FastifyInstance = Fastify({
    ...(tls && ({ https: { ...tls, minVersion: 'TLSv1.2' } } as object)), // otherwise the type of the instance would differ
    ...(logger === undefined ? { logger: false } : { loggerInstance: withoutChildren(logger) }),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT_BYTES,
    trustProxy: proxies.length > 0 && [...proxies],
    forceCloseConnections: 'idle', // requests in progress are answered
    return503OnClosing: false,
    rewriteUrl: ({ url = '/' }) => (interop.isUsed ? escapedIds(url) : url),
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: MAX_PARAMETER_LENGTH },
    clientErrorHandler: (error, socket) => answerClientError(error, socket, (path) => paths.methodsOf(path)),
    // So that a request without Host gets ProblemDetails instead of Node's empty answer.
    http: { requireHostHeader: false, ServerResponse: AsciiResponse },
    frameworkErrors: (error, request, reply) => {
      sendProblem(reply, new NgsiLdError('BadRequestData', unreadablePath(request.url), { cause: error }));
    },
  });
  paths.collect(app);
  refuseExpectations(app.server);
  traceRequests(app, logger); // first, so that refusals have a request id too
  readBytes(app);
  await allowOrigins(app, corsOrigins); // before all other hooks, so that pages can read refusals too
  // Declared up front, so that all requests have the same hidden class.
  app.decorateRequest('ngsiLd', null as never);
  app.decorateRequest('access', null);
  app.decorateRequest('hops', undefined);
  app.decorateRequest('issues', null);
  app.decorate('isAccessOpen', isAccessOpen);
  app.decorateRequest('tenant', '');
  app.decorateRequest('isAtHostOfTenant', false);
  app.decorateRequest('interop', null);
  const isTls = tls !== undefined;
  addRequestSteps(app, {
    contexts,
    tenants,
    snapshots,
    quotas,
    company,
    usage,
    interop,
    names,
    processes,
    isTls,
    door,
  });
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const outage = outageOfAnswer(error);
    if (outage === undefined) return answerError(error, request, reply);
    onOutage?.(outage, error);
    sendProblem(reply, error);
  });
  app.setNotFoundHandler((request, reply) => answerUnknown(paths, request, reply));
  return app;
}

/**
 * A logger that is its own child: Fastify asks for one for each request, but each line of the log has the request id
 * anyway. Not by a `childLoggerFactory`, because Fastify checks all methods of what that returns, with each request.
 */
function withoutChildren(logger: FastifyBaseLogger): FastifyBaseLogger {
  const shared: FastifyBaseLogger = Object.create(logger, { child: { value: () => shared } });
  return shared;
}

/**
 * Bodies of the API are passed as bytes and parsed after the parameters are checked (6.3.20). Bodies of other routes
 * are parsed as JSON. A DELETE may declare JSON and have no body.
 */
function readBytes(app: FastifyInstance): void {
  app.removeContentTypeParser('application/json');
  // The API checks the media type itself; '*' also matches a missing one.
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, done) => {
    const isOfApi = request.routeOptions.config.operation !== undefined;
    if (isOfApi && request.headers['content-type'] === undefined) done(null, body.length === 0 ? undefined : body);
    else done(Object.assign(new Error('Unsupported Media Type'), { statusCode: 415 }));
  });
  app.addContentTypeParser(JSON_TYPES, { parseAs: 'buffer' }, (request, body, done) => {
    const bytes = body as Buffer; // parseAs: 'buffer'
    if (request.routeOptions.config.operation !== undefined || bytes.length === 0) {
      done(null, bytes.length === 0 ? undefined : bytes);
      return;
    }
    try {
      done(null, parseBody(bytes));
    } catch (error) {
      done(error as Error);
    }
  });
}

/** Joins the path segments after a collection, for clients that don't encode slashes in ids and names. */
function escapedIds(url: string): string {
  const end = url.indexOf('?');
  const path = end < 0 ? url : url.slice(0, end);
  if (!path.includes('://')) return url;
  const found = /^(\/ngsi-ld\/v1\/(?:temporal\/)?[A-Za-z]+\/)(.+?)(?:(\/attrs)(?:\/(.+?)(\/value)?)?)?\/?$/.exec(path);
  if (found === null) return url;
  const [, collection = '', id = '', attrs = '', attribute, value = ''] = found;
  const escaped = (text: string) => text.replaceAll('/', '%2F');
  const rest = attribute === undefined ? '' : `/${escaped(attribute)}${value}`;
  return collection + escaped(id) + attrs + rest + (end < 0 ? '' : url.slice(end));
}

/** Answers a request without a route: with 405 if its path has other methods (6.3.2), otherwise with 404. */
function answerUnknown(paths: RoutePaths, { method, url }: FastifyRequest, reply: FastifyReply): FastifyReply {
  const allowed = paths.methodsOf(pathOf(url));
  // A route for the method itself found that there is no such resource.
  if (allowed.length > 0 && !allowed.includes(method === 'HEAD' ? 'GET' : method)) {
    return method === 'OPTIONS' ? answerOptions(reply, allowed) : refuseMethod(reply, method, allowed);
  }
  // The router reports a parameter that is too long as not found.
  const error = hasLongSegment(url)
    ? new NgsiLdError('BadRequestData', unreadablePath(url))
    : new NgsiLdError(
        'ResourceNotFound',
        NGSI_V2.test(url) ? fromV2(url) : `There is no resource ${method} ${shown(pathOf(url))}`,
      );
  return sendProblem(reply, error);
}

function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  if (error instanceof NgsiLdError) {
    if (error.type === 'InternalError') request.log.error(error);
    sendProblem(reply, error);
  } else if (error.statusCode === 415) {
    reply.code(415).send();
  } else if (error.statusCode !== undefined && error.statusCode < 500) {
    const detail = error.statusCode === 413 ? TOO_LARGE : error.message;
    const problem = problemOf(new NgsiLdError('InvalidRequest', detail));
    sendJson(reply.code(error.statusCode), { ...problem, status: error.statusCode });
  } else {
    request.log.error(error);
    sendProblem(reply, error);
  }
}

function unreadablePath(url: string): string {
  const path = pathOf(url);
  const expected = hasLongSegment(url)
    ? `segments of at most ${MAX_PARAMETER_LENGTH} characters`
    : 'UTF-8, percent-encoded';
  return `Path: got ${shown(path)}, expected ${expected}`;
}

const NGSI_V2 = /^\/(?:v2|v2\/.*)(?:\?|$)/;

/** The NGSI-LD paths for requests of NGSIv2 clients. */
const INSTEAD: readonly (readonly [v2: RegExp, ngsiLd: string])[] = [
  [/^\/v2\/entities\/[^/]+\/attrs/, '/ngsi-ld/v1/entities/{id}/attrs'],
  [/^\/v2\/entities/, '/ngsi-ld/v1/entities'],
  [/^\/v2\/types/, '/ngsi-ld/v1/types'],
  [/^\/v2\/subscriptions/, '/ngsi-ld/v1/subscriptions'],
  [/^\/v2\/registrations/, '/ngsi-ld/v1/csourceRegistrations'],
  [/^\/v2\/op\/query/, '/ngsi-ld/v1/entityOperations/query'],
  [/^\/v2\/op\/update/, '/ngsi-ld/v1/entityOperations/upsert'],
];

function fromV2(url: string): string {
  const instead = INSTEAD.find(([v2]) => v2.test(url))?.[1] ?? '/ngsi-ld/v1';
  return `This broker has NGSI-LD, not NGSIv2: for ${shown(pathOf(url))} ask ${instead}. "alzette migrate v2" takes over the data of an Orion: docs/interoperability.md`;
}

function hasLongSegment(url: string): boolean {
  return pathOf(url)
    .split('/')
    .some((segment) => segment.length > MAX_PARAMETER_LENGTH);
}

function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? '';
}
