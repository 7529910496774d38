import { migrate, type openDatabase } from '@alzette/broker';
import { openJobs, type RunningJobs } from '@alzette/kit/jobs';
import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { freePort } from '../../../../scripts/programs.ts';
import { type Identity, type IdentityOptions, migrationsFolder, startIdentity } from '../../src/identity.ts';

export { freePort };

type TestDatabase = Awaited<ReturnType<typeof openDatabase>>;

/** The same for all tests of a database, so that one test can open what another sealed. */
export const SECRET_KEY = 'the secret key of the tests';

/** Identity without other services, listening on its own port. */
export interface IdentityServer {
  readonly url: string;
  readonly app: FastifyInstance;
  readonly identity: Identity;
  /** Defined but not started; a test starts it if needed. */
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
  // Browsers treat localhost as secure without TLS, and accept passkeys for it.
  const url = `http://localhost:${port}`;
  const app = Fastify({ loggerInstance: logger as FastifyBaseLogger, forceCloseConnections: true });
  app.decorate('checksAnswers', true);
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
