import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type JsonLimits, readJsonBodies } from '../bodies/json-bodies.ts';
import { checkUrlTexts } from '../bodies/url-texts.ts';
import { forRequest } from '../database/request-deadline.ts';
import { judgeObjects, type RequestObjects } from '../objects/objects.ts';
import { answerProblems, type MembersOf } from '../problems/problems.ts';

export interface ScopeOptions {
  readonly bodies?: JsonLimits;
  /** Additional members of problem answers. */
  readonly problemMembers?: MembersOf;
}

/** Reads what a request says, by its contract. @throws Problem 400, each */
export interface RequestInput {
  readUrl(request: FastifyRequest): void;
  readBody(request: FastifyRequest): void;
}

interface Declared {
  readonly access?: string;
  readonly openapi?: { readonly summary?: unknown; readonly answers?: object };
  readonly objects?: RequestObjects;
  readonly input?: RequestInput;
}

/** Rights to something of a tenant: its objects must be declared. Whoever administers a tenant may do all in it. */
const JUDGED: ReadonlySet<string> = new Set(['read', 'write', 'subscribe', 'known']);

/**
 * A scope of routes under a prefix that parses JSON and answers problems.
 *
 * @throws Error: a route has no `access` or `answers`, or needs `objects` and has none
 */
export async function serviceRoutes(
  app: FastifyInstance,
  prefix: string,
  register: (scope: FastifyInstance) => void | Promise<void>,
  { bodies, problemMembers }: ScopeOptions = {},
): Promise<void> {
  await app.register(
    async (scope) => {
      answerProblems(scope, problemMembers);
      readJsonBodies(scope, bodies);
      checkUrlTexts(scope);
      scope.addHook('preHandler', (_request, _reply, done) => forRequest(done));
      scope.addHook('preHandler', async (request) => {
        const { objects, input } = request.routeOptions.config as Pick<Declared, 'objects' | 'input'>;
        input?.readUrl(request);
        const isInBody = objects?.by === 'documents' && objects.inBody;
        if (isInBody) input?.readBody(request);
        if (objects !== undefined) await judgeObjects(request, objects);
        if (!isInBody) input?.readBody(request);
      });
      scope.addHook('onRoute', ({ method, url, config }) => {
        const declared = config as Declared | undefined;
        if (declared?.access === undefined || declared.openapi?.answers === undefined) {
          throw new Error(`${method} ${url} was registered without operation({ access, summary, answers })`);
        }
        if (JUDGED.has(declared.access) && declared.objects === undefined) {
          throw new Error(`${method} ${url} requires "${declared.access}" without declaring its objects`);
        }
      });
      await register(scope);
    },
    { prefix },
  );
}
