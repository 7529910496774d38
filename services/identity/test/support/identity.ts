import { migrate, type openDatabase } from '@alzette/broker';
import { openJobs, type RunningJobs } from '@alzette/kit/jobs';
import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { freePort } from '../../../../scripts/programs.ts';
import { type Identity, type IdentityOptions, migrationsFolder, startIdentity } from '../../src/identity.ts';

export { freePort };

type TestDatabase = Awaited<ReturnType<typeof openDatabase>>;

/** The same for all tests of a database: what one has sealed another opens. */
export const SECRET_KEY = 'the secret key of the tests';

/** Identity alone, listening on a port of its own. */
export interface IdentityServer {
  readonly url: string;
  readonly app: FastifyInstance;
  readonly identity: Identity;
  /** Defined, and started by who asks for it. */
  readonly jobs: RunningJobs;
  close(): Promise<void>;
}

export async function startIdentityServer(
  db: TestDatabase,
  options: Partial<IdentityOptions> = {},
): Promise<IdentityServer> {
  await migrate(db, migrationsFolder, 'identity');
  const logger = pino({ level: process.env.TEST_LOG ?? 'silent' });
  const port = await freePort();
  // As a browser takes it for secure without TLS, and a passkey for a site.
  const url = `http://localhost:${port}`;
  const app = Fastify({ loggerInstance: logger as FastifyBaseLogger, forceCloseConnections: true });
  const jobs = await openJobs({ db, logger, app });
  const identity = await startIdentity({ db, jobs, app, publicUrl: url, logger, secretKey: SECRET_KEY, ...options });
  await app.listen({ port, host: '127.0.0.1' });
  return {
    url,
    app,
    identity,
    jobs,
    async close() {
      await jobs.stop();
      await app.close();
      await identity.close();
    },
  };
}
