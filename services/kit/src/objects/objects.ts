import type { FastifyRequest } from 'fastify';
import type { Caller } from '../access/access.ts';
import { denied, missing, Problem } from '../problems/problems.ts';

/** What an object's rights are judged by: whether the sender of a request may do something with entities. */
export interface Judge {
  readonly caller: Caller;
  /**
   * Whether they may read or write an entity of these types and scopes, which need not exist.
   *
   * @param attributes terms of the territory's @context that must be covered; default: all attributes
   */
  may(action: ObjectAction, plan: EntityPlan, attributes?: readonly string[]): boolean;
  /** Whether they may read or write some entities of one of these types, whatever their ids, scopes and attributes. */
  mayAny(action: ObjectAction, types: readonly string[]): boolean;
  /** Those of these entities that they may not read or write, or that do not exist. */
  refused(action: ObjectAction, ids: readonly string[], attributes?: readonly string[]): Promise<ReadonlySet<string>>;
}

export type ObjectAction = 'read' | 'write';

/**
 * The properties of an entity that rights depend on: its id, types, and scopes such as `/Villerupt`. A type is an IRI, or a
 * term of the territory's @context.
 */
export interface EntityPlan {
  readonly id: string;
  readonly types: readonly string[];
  readonly scopes?: readonly string[];
}

declare module 'fastify' {
  interface FastifyInstance {
    /** How the rights of a request's sender are judged. Decorated by the program that composes the services. */
    judgeOf?(request: FastifyRequest): Judge;
  }
  interface FastifyRequest {
    /** What the request is about, found and judged before the handler. */
    judged?: { readonly kind: object; readonly documents: readonly unknown[] };
  }
}

/** A kind of documents that a service keeps, which are no entities. */
export interface ObjectKind<D> {
  /** In plain words and unique in the product, e.g. `lighting plan`. */
  readonly name: string;
  /** The document with this id. */
  find(tenant: string, id: string): D | undefined | Promise<D | undefined>;
  /** Whether the document may be read or written. */
  may(action: ObjectAction, document: D, judge: Judge): boolean | Promise<boolean>;
}

/** The objects that a request is about. Declared by each route that requires `read`, `write`, `subscribe` or `known`. */
export type RequestObjects<R = FastifyRequest> =
  /** Entities, which the handler reads and writes only with the client of the sender, so the broker judges each. */
  | { readonly by: 'entities' }
  /** Only documents of the sender's own. */
  | { readonly by: 'sender' }
  /** Nothing that belongs to anybody: it is the same for everyone with the right to the route. */
  | { readonly by: 'everyone'; readonly why: string }
  /** Documents that are named by the request, or that it would create. */
  | {
      readonly by: 'documents';
      readonly kind: ObjectKind<unknown>;
      readonly action?: ObjectAction;
      /** Whether `find` needs the body: otherwise that is checked after them, so that it tells nothing of them. */
      readonly inBody?: true;
      find(request: R): Promise<readonly unknown[]>;
    }
  /** A list, from which the handler removes what the sender may not read, with `readable`. */
  | { readonly by: 'list'; readonly kind: ObjectKind<unknown> };

/** Entities alone, by the client of the sender (`clientOf`). */
export const BY_ENTITIES: RequestObjects = { by: 'entities' };

/** Only what belongs to the sender. */
export const OF_SENDER: RequestObjects = { by: 'sender' };

/** @param why in a sentence: why there is nothing that only some may see or change */
export function forEveryone(why: string): RequestObjects {
  return { by: 'everyone', why };
}

/** The document whose id is in the path, 404 if there is none. */
export function named<D>(
  kind: ObjectKind<D>,
  { parameter = 'id', action }: { readonly parameter?: string; readonly action?: ObjectAction } = {},
): RequestObjects {
  return {
    ...documents<D>(kind, async ({ tenant, params }) => {
      const id = (params as Readonly<Record<string, string>>)[parameter] ?? '';
      const document = await kind.find(tenant, id);
      if (document === undefined) throw missing(kind.name, id);
      return [document];
    }),
    ...(action && { action }),
  };
}

/**
 * The documents that a request is about, or would create. @param find may throw a problem for an invalid body
 *
 * @param action default: by the method of the request
 */
export function documents<D, R = FastifyRequest>(
  kind: ObjectKind<D>,
  find: (request: R) => Promise<readonly D[]>,
  action?: ObjectAction,
): RequestObjects<R> & { readonly by: 'documents' } {
  return { by: 'documents', kind: kind as ObjectKind<unknown>, find, ...(action && { action }) };
}

/** The same for documents that the body of a request with a contract names, or is: it has been checked before. */
export function documentsInBody<D, R>(
  kind: ObjectKind<D>,
  find: (request: R) => Promise<readonly D[]>,
  action?: ObjectAction,
): RequestObjects<R> {
  return { ...documents(kind, find, action), inBody: true };
}

/** A list of documents: the handler shows the `readable` ones. */
export function listed<D>(kind: ObjectKind<D>): RequestObjects {
  return { by: 'list', kind: kind as ObjectKind<unknown> };
}

/**
 * What a service is set up with, one document for a tenant: for administrators, and to read for who may write some
 * entities of these types.
 *
 * @param name in the plural, e.g. `settings of waste collection`
 */
export function setUp(name: string, types: readonly string[]): RequestObjects {
  const isReadable = ({ caller, mayAny }: Judge) => caller.administers || mayAny('write', types);
  const kind: ObjectKind<object> = {
    name,
    find: () => ({}),
    may: (action, _, judge) => (action === 'read' ? isReadable(judge) : judge.caller.administers),
  };
  return documents(kind, async (request) => {
    if (isReadable(judgeOf(request))) return [{}];
    throw new Problem(404, 'Not found', `The ${name} are for who may write ${types.join(', ')}, or administers`);
  });
}

/**
 * What is the same for everyone with an account or a key, and not for strangers, whatever a policy lets anyone read.
 *
 * @param name in the singular, e.g. `register of AI uses`
 */
export function forKnown(name: string): RequestObjects {
  const isKnown = ({ caller }: Judge) => caller.kind !== 'anonymous';
  const kind: ObjectKind<object> = { name, find: () => ({}), may: (_action, _document, judge) => isKnown(judge) };
  return documents(kind, async (request) => {
    if (isKnown(judgeOf(request))) return [{}];
    throw new Problem(404, 'Not found', `The ${name} is for who has signed in, or has a key`);
  });
}

const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/**
 * Judges what a request is about. What may not be read does not exist for the sender.
 *
 * @throws Problem 404: there is none, or the sender may not read it; 403: they may read it, but not write it
 */
export async function judgeObjects(request: FastifyRequest, objects: RequestObjects): Promise<void> {
  if (objects.by !== 'documents') return;
  const { kind } = objects;
  const judge = judgeOf(request);
  const found = await objects.find(request);
  const action = objects.action ?? (SAFE.has(request.method) ? 'read' : 'write');
  for (const document of found) {
    const isWritable = action === 'write' && (await kind.may('write', document, judge));
    if (isWritable) continue;
    if (!(await kind.may('read', document, judge))) throw missing(kind.name, idOf(request));
    if (action === 'write') throw denied(`Lacking: the right to write this ${kind.name}`);
  }
  request.judged = { kind, documents: found };
}

function idOf({ params }: FastifyRequest): string {
  return Object.values((params ?? {}) as Readonly<Record<string, string>>)[0] ?? '';
}

/** The document that was found and judged before the handler. @throws Error: the route does not declare this kind */
export function judged<D>(request: FastifyRequest, kind: ObjectKind<D>): D {
  const { judged } = request;
  if (judged?.kind !== kind || judged.documents.length === 0) {
    throw new Error(`${request.routeOptions.url} does not declare a ${kind.name} as its object`);
  }
  return judged.documents[0] as D; // found by this kind
}

/** Those of the documents that the sender of the request may read. */
export async function readable<D, E extends D>(
  request: FastifyRequest,
  kind: ObjectKind<D>,
  all: readonly E[],
  action: ObjectAction = 'read',
): Promise<E[]> {
  const judge = judgeOf(request);
  const verdicts = await Promise.all(all.map((document) => kind.may(action, document, judge)));
  return all.filter((_, n) => verdicts[n]);
}

/**
 * Those of the entities of a type that may not be read or written. One that is not stored here, because it is
 * deleted or another broker's, counts, unless the right covers entities of the type in every scope.
 */
export async function lacking(
  judge: Judge,
  action: ObjectAction,
  {
    type,
    ids,
    attributes,
  }: { readonly type: string; readonly ids: readonly string[]; readonly attributes: readonly string[] },
): Promise<ReadonlySet<string>> {
  const unsure = ids.filter((id) => !judge.may(action, { id, types: [type] }, attributes));
  return unsure.length === 0 ? new Set() : judge.refused(action, unsure, attributes);
}

/** @throws Error: the program that composes the services has not decorated `judgeOf` */
export function judgeOf(request: FastifyRequest): Judge {
  const judge = request.server.judgeOf?.(request);
  if (judge === undefined) throw new Error('Rights can not be judged: the application has no judgeOf');
  return judge;
}
