import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Context, Contexts } from '../../context/contexts.ts';
import { parseContextLink } from '../../context/link-header.ts';
import { NgsiLdError } from '../../model/errors.ts';
import { requestLeniency, tolerates } from '../../model/leniency.ts';
import { isSpace } from '../../model/snapshot-space.ts';
import { checkUri, isJsonObject, isUri, shown } from '../../model/values.ts';
import type { SnapshotSpaces } from '../../snapshots/snapshot-spaces.ts';
import type { Tenants } from '../../tenants/tenants.ts';
import { sendJson } from '../answers/send-json.ts';
import { parseBody } from './body/body.ts';
import { LONG_BYTES, parseLongBody } from './body/long-body.ts';
import { type MediaType, negotiate } from './negotiation.ts';
import { type Parameters, readParameters } from './parameters.ts';
import { toleratesIn } from './request-interop.ts';
import { appliedVersion } from './version-preference.ts';

/** What an operation requires of requests. The hooks below check it before the handler runs. */
export interface OperationConfig {
  /** The names of known URL parameters. */
  readonly parameters: ReadonlySet<string>;
  /** The media types of answers; absent: answers have no body. */
  readonly answers?: readonly MediaType[];
  /**
   * `object`: an entity, fragment, subscription etc. `array`: a batch, whose items may each have a @context. `context`:
   * a @context as data, which is not applied to anything. `value`: any JSON, of which only JSON-LD has a @context.
   */
  readonly body?: 'object' | 'array' | 'context' | 'value';
  /** For operations that create an unknown tenant (5.5.10). */
  readonly createsTenant?: boolean;
  /** For operations that also work on a tenant without any data. */
  readonly anyTenant?: boolean;
  /** For operations without an answer whose status depends on the version. */
  readonly isVersioned?: boolean;
  /** For operations that ignore the snapshot header; all others use the snapshot that a request names (5.5.15). */
  readonly outsideSnapshots?: boolean;
}

/** A request of the NGSI-LD API, as passed to its handler. */
interface NgsiLdRequest {
  /** '' is the default tenant. For a request to a snapshot, the internal tenant with its data. */
  readonly tenant: string;
  /** The media type of the answer. */
  readonly mediaType: MediaType;
  readonly parameters: Parameters;
  /** Expands and compacts names (6.3.5). */
  readonly context: Context;
  /** Whether the body is JSON-LD, in which each item of a batch has its own @context. */
  readonly isJsonLd: boolean;
}

declare module 'fastify' {
  interface FastifyRequest {
    ngsiLd: NgsiLdRequest;
  }
  interface FastifyContextConfig {
    operation?: OperationConfig;
  }
}

const EMPTY = Buffer.alloc(0);
const WRITES: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

/** Checks that need no body: 411, 415, 406 (6.3.4). */
export function checkHeaders(request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void {
  const { headers, method } = request;
  const snapshot = headers['ngsild-snapshot'];
  if (typeof snapshot === 'string' && isUri(snapshot)) reply.header('NGSILD-Snapshot', snapshot);
  if (headers.host === undefined && request.raw.httpVersion === '1.1') {
    done(new NgsiLdError('InvalidRequest', 'Host: got nothing, expected the header (RFC 9112, 3.2)'));
    return;
  }
  const nul = request.url.indexOf('%00');
  if (nul >= 0) {
    done(new NgsiLdError('BadRequestData', `URL: got %00 at character ${nul + 1}, expected text without U+0000`));
    return;
  }
  const operation = request.routeOptions.config.operation;
  if (operation === undefined) {
    done();
    return;
  }
  if (WRITES.has(method)) {
    if (headers['content-length'] === undefined) {
      reply.code(411).send();
      return;
    }
    if (!isSupported(contentType(request), method) && !isMergePatchTolerated(request)) {
      reply.code(415).send();
      return;
    }
  }
  if ((operation.answers !== undefined || operation.isVersioned) && headers.prefer !== undefined) {
    const version = appliedVersion(String(headers.prefer));
    if (version !== undefined) reply.header('Preference-Applied', `ngsi-ld=${version}`);
  }
  if (operation.answers !== undefined && negotiate(headers.accept, operation.answers) === undefined) {
    sendJson(reply.code(406), {
      type: 'https://uri.etsi.org/ngsi-ld/errors/InvalidRequest',
      title: 'The requested representation is not available',
      detail: `Accept: got ${shown(headers.accept)}, expected one of ${operation.answers.join(', ')}`,
      status: 406,
      available: operation.answers,
    });
    return;
  }
  done();
}

function contentType(request: FastifyRequest): string {
  const header = request.headers['content-type'] ?? '';
  const end = header.indexOf(';');
  return (end < 0 ? header : header.slice(0, end)).trim().toLowerCase();
}

/** Orion-LD accepts a merge patch with any method. */
function isMergePatchTolerated(request: FastifyRequest): boolean {
  if (contentType(request) !== 'application/merge-patch+json') return false;
  return toleratesIn(
    request,
    'mergePatchMethod',
    `Content-Type: application/merge-patch+json with ${request.method} is read as application/json`,
  );
}

/** A body without a media type is tried as JSON. */
function isSupported(type: string, method: string): boolean {
  if (type === '' || type === 'application/json' || type === 'application/ld+json') return true;
  return type === 'application/merge-patch+json' && method === 'PATCH';
}

/**
 * Sets `request.ngsiLd`, and replaces `request.body` by the parsed JSON without its @context. Runs synchronously if the
 * tenant and the context are already known, which is nearly always the case.
 */
export function prepareRequest(contexts: Contexts, tenants: Tenants, snapshots: SnapshotSpaces) {
  return (request: FastifyRequest, done: (error?: Error) => void): void => {
    const operation = request.routeOptions.config.operation;
    if (operation === undefined) {
      done();
      return;
    }
    const { interop } = request;
    if (interop?.isLenient) requestLeniency.run(interop, () => prepare(request, operation, done));
    else prepare(request, operation, done);
  };

  function prepare(request: FastifyRequest, operation: OperationConfig, done: (error?: Error) => void): void {
    try {
      const { tenant } = request;
      const snapshot = operation.outsideSnapshots ? undefined : request.headers['ngsild-snapshot'];
      if (snapshot !== undefined) {
        existing(tenants, tenant)
          .then(() => spaceOf(snapshots, tenant, snapshot, request))
          .then((space) => withTenant(request, operation, space, contexts, done))
          .catch(done);
        return;
      }
      if (tenant === '' || operation.anyTenant || operation.createsTenant) {
        withTenant(request, operation, tenant, contexts, done);
        return;
      }
      existing(tenants, tenant)
        .then(() => withTenant(request, operation, tenant, contexts, done))
        .catch(done);
    } catch (error) {
      done(error as Error);
    }
  }
}

/**
 * The tenant that begins to exist with this answer: with its first successful write (4.14, 5.5.10).
 *
 * @returns undefined: none, which is nearly always the case
 */
export function beginningTenant(request: FastifyRequest, reply: FastifyReply, tenants: Tenants): string | undefined {
  const { createsTenant } = request.routeOptions.config.operation ?? {};
  const tenant = createsTenant && reply.statusCode < 300 ? request.ngsiLd?.tenant : undefined;
  return tenant === undefined || tenants.knows(tenant) || isSpace(tenant) ? undefined : tenant;
}

async function existing(tenants: Tenants, tenant: string): Promise<void> {
  if (!(await tenants.exists(tenant))) throw new NgsiLdError('NonexistentTenant', `There is no tenant ${tenant}`);
}

const READS_BY_POST = /\/(?:entityOperations\/query|entityMaps)$/;

/**
 * The internal tenant of the snapshot that a request names (6.3.22). While the snapshot is being filled it can only be
 * read.
 */
async function spaceOf(
  snapshots: SnapshotSpaces,
  tenant: string,
  snapshot: unknown,
  { method, routeOptions }: FastifyRequest,
): Promise<string> {
  const id = checkUri(snapshot, 'NGSILD-Snapshot');
  const found = await snapshots.find(tenant, id);
  if (found === undefined) throw new NgsiLdError('ResourceNotFound', `NGSILD-Snapshot: there is no snapshot ${id}`);
  if (found.isPreparing && method !== 'GET' && method !== 'HEAD' && !READS_BY_POST.test(routeOptions.url ?? '')) {
    throw new NgsiLdError('Conflict', `NGSILD-Snapshot: ${id} is still being prepared and can't be written yet`);
  }
  return found.space;
}

function withTenant(
  request: FastifyRequest,
  operation: OperationConfig,
  tenant: string,
  contexts: Contexts,
  done: (error?: Error) => void,
): void {
  const given = readParameters(request.query, operation.parameters);
  // Operations on a snapshot are always local (5.5.15).
  const parameters = isSpace(tenant) && operation.parameters.has('local') ? { ...given, local: 'true' } : given;
  const isJsonLd = operation.body !== undefined && contentType(request) === 'application/ld+json';
  const finish = (context: Context): void => {
    request.ngsiLd = {
      tenant,
      parameters,
      context,
      isJsonLd,
      mediaType: negotiate(request.headers.accept, operation.answers ?? []) ?? 'application/json',
    };
    const noted = contexts.noteUse(context, tenant);
    if (noted === undefined) done();
    else noted.then(() => done(), done);
  };
  const findContext = (): void => {
    const value = contextValue(request, operation, isJsonLd) ?? request.interop?.defaultContext;
    const cached = contexts.cached(value);
    if (cached !== undefined) finish(cached);
    else contexts.resolve(value).then(finish, done);
  };
  const { body } = request;
  if (operation.body === undefined || !Buffer.isBuffer(body) || body.length <= LONG_BYTES) findContext();
  else
    parseLongBody(body)
      .then((parsed) => {
        request.body = parsed;
        setImmediate(() => {
          try {
            findContext();
          } catch (error) {
            done(error as Error);
          }
        });
      })
      .catch(done);
}

/** Finds the source of the @context of a request (6.3.5). Parses the body on the way. */
function contextValue(request: FastifyRequest, operation: OperationConfig, isJsonLd: boolean): unknown {
  const link = request.headers.link;
  if (operation.body === undefined) return parseContextLink(link);

  // The content type parser returns bytes. Those of a long body are parsed already.
  const bytes = request.body ?? EMPTY;
  const body = Buffer.isBuffer(bytes) ? parseBody(bytes) : bytes;
  request.body = body;
  const linked = parseContextLink(link);
  if (
    isJsonLd &&
    linked !== undefined &&
    !tolerates('contextTwice', 'Link: the @context of the body is used, that of the header is ignored')
  ) {
    throw new NgsiLdError(
      'BadRequestData',
      'Link: got a @context by Link header beside a body of application/ld+json, expected it only in the body',
    );
  }
  if (operation.body === 'array' || (operation.body === 'value' && !isJsonLd)) return linked;
  if (!isJsonObject(body)) {
    // The official test suite treats an empty array as an empty document (5.5.4).
    const isEmpty = Array.isArray(body) && body.length === 0;
    const detail = `The body is ${shown(body)}, expected a JSON object`;
    throw new NgsiLdError(isEmpty ? 'InvalidRequest' : 'BadRequestData', detail);
  }
  if (operation.body === 'context') {
    if (!('@context' in body))
      throw new NgsiLdError('InvalidRequest', '@context: got nothing, expected it in the body');
    return undefined;
  }
  if (!('@context' in body)) return chooseContext(undefined, false, isJsonLd, linked);
  const { '@context': embedded, ...document } = body;
  request.body = document;
  return chooseContext(embedded, true, isJsonLd, linked);
}

/**
 * The @context of a document: in the body for JSON-LD, in the Link header or absent for JSON (6.3.5).
 *
 * @throws NgsiLdError BadRequestData: it is in the wrong place
 */
export function chooseContext(
  embedded: unknown,
  given: boolean,
  isJsonLd: boolean,
  linked: string | undefined,
): unknown {
  if (
    isJsonLd &&
    !given &&
    !tolerates('contextMissing', '@context: a body of application/ld+json without one is read as application/json')
  ) {
    throw new NgsiLdError('BadRequestData', '@context: got nothing, expected it in a body of application/ld+json');
  }
  if (
    !isJsonLd &&
    given &&
    !tolerates('contextInJson', '@context: in a body of application/json it is used as in application/ld+json')
  ) {
    throw new NgsiLdError(
      'BadRequestData',
      '@context: got one in a body of application/json, expected application/ld+json or a Link header',
    );
  }
  return given ? embedded : linked;
}
