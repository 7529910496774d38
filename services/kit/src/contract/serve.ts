import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { IsOptional } from 'typebox';
import { bodyReader } from '../bodies/body-reader.ts';
import type { RequestObjects } from '../objects/objects.ts';
import { readPath, readQuery } from '../parameters/read-parameters.ts';
import { cacheableFor, JSON_TYPE } from '../routes/cacheable.ts';
import type { RequestInput } from '../routes/service-routes.ts';
import { Answer, type AnswerOf, answerCheck } from './answers.ts';
import {
  type BodyOf,
  type Contract,
  isMedia,
  type OperationContract,
  type ParamsOf,
  type QueryOf,
} from './contract.ts';
import { describe } from './describe.ts';

export { type AnswerOf, answer } from './answers.ts';

/** A request whose parameters and body were parsed by the contract. */
export type RequestOf<O> = FastifyRequest<{
  Params: ParamsOf<O>;
  Querystring: QueryOf<O>;
  Body: BodyOf<O>;
}>;

type Handle<O> = (request: RequestOf<O>, reply: FastifyReply) => AnswerOf<O> | Promise<AnswerOf<O>>;

/** With the right to a route, one has no right to its objects yet: so these are declared with the handler. */
type Bound<O> = O extends { readonly access: 'read' | 'write' | 'subscribe' | 'known' }
  ? { readonly objects: RequestObjects<RequestOf<O>>; readonly handle: Handle<O> }
  : Handle<O> | { readonly objects?: RequestObjects<RequestOf<O>>; readonly handle: Handle<O> };

/** The handlers of a contract, or those of some of its operations that are in one file. */
export type Handlers<C extends Contract, N extends keyof C['operations'] = keyof C['operations']> = {
  readonly [Name in N]: Bound<C['operations'][Name]>;
};

/**
 * Registers the operations of a contract in a scope of `serviceRoutes`.
 *
 * @throws Error: an operation has no handler, or its path is not below the prefix of the scope
 */
export function serve<C extends Contract>(
  scope: FastifyInstance,
  { paths, operations }: C,
  handlers: Handlers<C>,
): void {
  for (const [name, described] of Object.entries(operations)) {
    const title = paths[name] ?? name;
    // Fastify knows the types of a route only while it is written down: these were checked above.
    const bound = handlers[name] as Bound<OperationContract> | undefined;
    if (bound === undefined) throw new Error(`${title} has no handler`);
    const { objects, handle } = typeof bound === 'function' ? { handle: bound, objects: undefined } : bound;
    const [method = '', path = ''] = title.split(' ');
    if (!path.startsWith(scope.prefix)) throw new Error(`${title} is not below ${scope.prefix}`);
    const { config, ...limits } = routeOf(described, objects);
    scope.route({
      method: method as HTTPMethods,
      url: path.slice(scope.prefix.length),
      ...limits,
      config: { ...config, input: inputOf(described) } as object, // `routeOf` says why
      handler: sending(title, described, handle),
    });
  }
}

/**
 * The options of a route that is described by a contract. Where a parser of its own reads the body, the route is registered
 * with them: `app.post('/sources', routeOf(sourceContract.operations.create), handler)`.
 */
export function routeOf(
  described: OperationContract,
  objects?: RequestObjects,
): { readonly config: object; readonly bodyLimit?: number } {
  const { access, anyTenant, audited, onlyReads, recentSignIn, bodyLimit } = described;
  // Its members belong to different packages, each of which tells Fastify the types of its own.
  const config: object = {
    access,
    openapi: describe(described),
    ...(objects && { objects }),
    ...(anyTenant && { anyTenant }),
    ...(audited && { audited }),
    ...(onlyReads && { onlyReads }),
    ...(recentSignIn && { recentSignIn }),
  };
  return { config, ...(bodyLimit !== undefined && { bodyLimit }) };
}

/** Replaces texts of the URL by their values, and checks the body. */
function inputOf({ params, query, body }: OperationContract): RequestInput {
  const readBody = body === undefined || isMedia(body) ? undefined : bodyReader(body);
  const missingBody = IsOptional(body) ? {} : undefined;
  return {
    readUrl(request) {
      if (params !== undefined) request.params = readPath(request, params);
      if (query !== undefined) request.query = readQuery(request, query);
    },
    readBody(request) {
      if (readBody !== undefined) request.body = readBody(request.body === undefined ? missingBody : request.body);
    },
  };
}

function sending(title: string, described: OperationContract, handle: Handle<OperationContract>) {
  const { answers, cached } = described;
  const check = answerCheck(title, described);
  const status = Number(Object.keys(answers)[0]);
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const result: unknown = await handle(request as RequestOf<OperationContract>, reply);
    if (result === reply) return reply;
    const given = result instanceof Answer ? result : new Answer(status, result);
    const content = answers[given.status] ?? null;
    reply.code(given.status);
    if (request.server.checksAnswers) check(given.status, given.value);
    if (content === null) return reply.send();
    const [type, body] = isMedia(content) ? [content.media[0], given.value] : [JSON_TYPE, JSON.stringify(given.value)];
    if (cached !== undefined && typeof body === 'string') return cacheableFor(cached, request, reply, body, type);
    if (type !== undefined && !reply.hasHeader('content-type')) reply.type(type);
    return reply.send(body);
  };
}
