import type { FastifyInstance } from 'fastify';
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

interface Declared {
  readonly access?: string;
  readonly openapi?: { readonly summary?: unknown };
  readonly objects?: RequestObjects;
}

/** Rights to something of a tenant: its objects must be declared. Whoever administers a tenant may do all in it. */
const JUDGED: ReadonlySet<string> = new Set(['read', 'write', 'subscribe', 'known']);

/**
 * A scope of routes under a prefix that parses JSON and answers problems.
 *
 * @throws Error: a route has no `access` or `summary`, or needs `objects` and has none
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
        const { objects } = request.routeOptions.config as { readonly objects?: RequestObjects };
        if (objects !== undefined) await judgeObjects(request, objects);
      });
      scope.addHook('onRoute', ({ method, url, config }) => {
        const declared = config as Declared | undefined;
        if (declared?.access === undefined || declared.openapi?.summary === undefined) {
          throw new Error(`${method} ${url} was registered without operation({ access, summary })`);
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
