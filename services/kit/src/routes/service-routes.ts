import type { FastifyInstance } from 'fastify';
import { readJsonBodies } from '../bodies/json-bodies.ts';
import { answerProblems } from '../problems/problems.ts';

/**
 * A scope of routes under a prefix that reads JSON and answers problems.
 *
 * @throws Error: one of its routes doesn't say who may use it, or what it does
 */
export async function serviceRoutes(
  app: FastifyInstance,
  prefix: string,
  register: (scope: FastifyInstance) => void | Promise<void>,
): Promise<void> {
  await app.register(
    async (scope) => {
      answerProblems(scope);
      readJsonBodies(scope);
      scope.addHook('onRoute', ({ method, url, config }) => {
        const said = config as { access?: unknown; openapi?: { summary?: unknown } } | undefined;
        if (said?.access === undefined || said.openapi?.summary === undefined) {
          throw new Error(`${method} ${url} was registered without operation({ access, summary })`);
        }
      });
      await register(scope);
    },
    { prefix },
  );
}
