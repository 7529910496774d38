import type { AuditedChange } from '@alzette/kit/audited-change';
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { sendJson } from '../answers/send-json.ts';
import type { OperationConfig } from './request.ts';

/** One operation on a resource. */
export interface Operation extends OperationConfig {
  /** For operations that change what is configured. */
  readonly audited?: AuditedChange;
  handle(request: FastifyRequest, reply: FastifyReply): unknown;
}

const METHODS: readonly HTTPMethods[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Root of the NGSI-LD API (6.2). */
export const API = '/ngsi-ld/v1';

/** Resources without support for snapshots (5.5.15), which apply to the Core API and the Temporal API only. */
const OUTSIDE_SNAPSHOTS = /^\/(?:csource|jsonldContexts|snapshots|info)/;

/**
 * Registers a resource of the API with its operations. Other methods are answered with 405 and `Allow` (6.3.2).
 *
 * @param checkPath throws if the path itself is invalid, before the method is checked
 */
export function resource(
  app: FastifyInstance,
  path: string,
  operations: { readonly [Method in 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE']?: Operation },
  checkPath: (request: FastifyRequest) => void = () => {},
): void {
  for (const [method, operation] of Object.entries(operations)) {
    const { handle, audited, ...others } = operation;
    const config = OUTSIDE_SNAPSHOTS.test(path) ? { ...others, outsideSnapshots: true } : others;
    app.route({
      method: method as HTTPMethods,
      url: API + path,
      config: { operation: config, ...(audited && { audited }) },
      handler: handle,
    });
  }
  const allowed = Object.keys(operations);
  allowRoute(app, path, allowed);
  const others = METHODS.filter((method) => !allowed.includes(method));
  app.route({
    method: others,
    url: API + path,
    config: { isRefusal: true },
    handler: (request, reply) => {
      checkPath(request);
      return refuseMethod(reply, request.method, allowed);
    },
  });
}

/** Answers 405 to a method that a resource does not have (6.3.2). */
export function refuseMethod(reply: FastifyReply, method: string, allowed: readonly string[]): FastifyReply {
  return sendJson(reply.code(405).header('Allow', allowed.join(', ')), methodProblem(method, allowed));
}

/** The problem of a method that a resource does not have. */
export function methodProblem(method: string, allowed: readonly string[]) {
  return {
    type: 'https://uri.etsi.org/ngsi-ld/errors/InvalidRequest',
    title: 'The resource has no such operation',
    detail: `Method: got ${method}, expected ${allowed.join(', ')}`,
    status: 405,
  };
}

/** Answers OPTIONS with the allowed methods (6.3.2). */
export function answerOptions(reply: FastifyReply, allowed: readonly string[]): FastifyReply {
  return reply
    .code(204)
    .header('Allow', [...allowed, 'OPTIONS'].join(', '))
    .send();
}

function allowRoute(app: FastifyInstance, path: string, allowed: readonly string[]): void {
  app.route({
    method: 'OPTIONS',
    url: API + path,
    config: { isRefusal: true },
    handler: (_request, reply) => answerOptions(reply, allowed),
  });
}

/** A set of URL parameter names for an operation's configuration. */
export function parameters(...names: readonly string[]): ReadonlySet<string> {
  return new Set(names);
}

/** Answers 201 with the location of the new resource, e.g. `sendCreated(reply, 'subscriptions', id)`. */
export function sendCreated(reply: FastifyReply, collection: string, id: string, status = 201): FastifyReply {
  // Set on the raw response, because Fastify lowercases header names, which some clients don't handle.
  reply.raw.setHeader('Location', `${API}/${collection}/${encodeURIComponent(id).replaceAll('%3A', ':')}`);
  return reply.code(status).send();
}
