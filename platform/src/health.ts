import type { FastifyInstance } from 'fastify';

/** Something the platform can't serve without. */
export interface Check {
  readonly name: string;
  /** Rejects, or resolves to a reason, when it is not ready. */
  run(): Promise<string | undefined>;
}

const PATIENCE_MS = 2000;

/** `GET /live`: the process answers. `GET /ready`: what it needs answers too; 503 with the reasons when something does not. */
export function healthRoutes(app: FastifyInstance, checks: readonly Check[]): void {
  app.get('/live', (_request, reply) => reply.header('cache-control', 'no-store').send({ status: 'up' }));

  app.get('/ready', async (_request, reply) => {
    const results = await Promise.all(
      checks.map(async (check) => ({ name: check.name, reason: await withinPatience(check) })),
    );
    const isReady = results.every(({ reason }) => reason === undefined);
    reply.code(isReady ? 200 : 503).header('cache-control', 'no-store');
    return {
      status: isReady ? 'ready' : 'not ready',
      checks: Object.fromEntries(results.map(({ name, reason }) => [name, reason ?? 'ok'])),
    };
  });
}

async function withinPatience(check: Check): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const timer = setTimeout(resolve, PATIENCE_MS, `no answer within ${PATIENCE_MS} ms`);
  try {
    return await Promise.race([check.run(), promise]);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    clearTimeout(timer);
  }
}
