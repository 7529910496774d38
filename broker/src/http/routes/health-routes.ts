import { type Outage, outageOf } from '@alzette/kit/outage';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Database } from '../../database/database.ts';
import type { Drain } from '../server/drain.ts';

/** Tracks the state of the database. */
interface DatabaseState {
  /** The current problem. */
  readonly reason: string | undefined;
  note(outage: Outage, error: unknown): void;
}

const READY_WITHIN_MS = 2000;

// Reads a table, because a database may answer although its files are lost or it is another database. On a cluster this table is
// on the coordinator: if a node is unreachable, the tenants of the others are still served.
const READ = 'SELECT EXISTS (SELECT 1 FROM tenant)';

/** Paths where load balancers and monitors of other brokers check for readiness. */
const READY_PATHS = ['/ready', '/health', '/healthz'];

/**
 * `/live`: the process answers, regardless of its database. `/ready`, `/health`, `/healthz`: it is ready, or why not.
 */
export function healthRoutes(app: FastifyInstance, db: Database, drain: Drain, watch: DatabaseState): void {
  app.get('/live', () => ({ live: true }));

  const ready = async (request: FastifyRequest, reply: FastifyReply) => {
    if (drain.isUnderWay) return reply.code(503).send({ ready: false, reason: 'This process is shutting down' });
    if (watch.reason !== undefined) return reply.code(503).send({ ready: false, reason: watch.reason });
    const fault = await databaseFault(db);
    const outage = outageOf(fault);
    if (outage !== undefined) watch.note(outage, fault);
    else if (fault instanceof Error) request.log.warn(fault, "The database can't be read");
    const reason = watch.reason ?? (fault instanceof Error ? "The database can't be read" : fault);
    return reason === undefined ? { ready: true } : reply.code(503).send({ ready: false, reason });
  };
  for (const path of READY_PATHS) app.get(path, ready);
}

async function databaseFault(db: Database): Promise<string | Error | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, READY_WITHIN_MS, `The database did not answer within ${READY_WITHIN_MS} ms`);
  });
  const answer = db.query({ text: READ, timeoutMs: READY_WITHIN_MS }).then(
    () => undefined,
    (error: Error) => error, // its message goes only to the log
  );
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
