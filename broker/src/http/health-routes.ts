import type { FastifyInstance } from 'fastify';
import type { Database } from '../store/database.ts';

const READY_WITHIN_MS = 2000;

/** `/live`: the process answers, whatever its database does. `/ready`: it can serve, or why not. */
export function healthRoutes(app: FastifyInstance, db: Database): void {
  app.get('/live', () => ({ live: true }));

  app.get('/ready', async (_request, reply) => {
    const reason = await databaseFault(db);
    return reason === undefined ? { ready: true } : reply.code(503).send({ ready: false, reason });
  });
}

async function databaseFault(db: Database): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, READY_WITHIN_MS, `The database did not answer within ${READY_WITHIN_MS} ms`);
  });
  const answer = db.query({ text: 'SELECT 1' }).then(
    () => undefined,
    (error: Error) => `The database: ${error.message}`,
  );
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
