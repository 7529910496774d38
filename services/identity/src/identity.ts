import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { pino } from 'pino';
import type { Database } from './database.ts';
import { startJobs } from './jobs.ts';
import { assetRoutes } from './pages/asset-routes.ts';
import { readForms } from './pages/form.ts';
import { interactionRoutes } from './pages/interaction-routes.ts';
import type { IdentityParts } from './parts.ts';
import { answerProblems } from './problems.ts';
import { openProvider } from './provider/live-provider.ts';
import { mountProvider } from './provider/mount.ts';
import { issuerOf } from './provider/provider.ts';
import { type IdentityEvent, recordEvent } from './store/events.ts';
import { openRevocations, type Revocations } from './store/revocations.ts';
import { openSecrets } from './store/secrets.ts';

export type { Database } from './database.ts';
export type { IdentityEvent } from './store/events.ts';
export type { Revocations } from './store/revocations.ts';

/** Numbered SQL for schema `identity`, to be run before identity starts. */
export const migrationsFolder = new URL('../migrations/', import.meta.url);

export interface IdentityOptions {
  readonly db: Database;
  /** Gets the routes under `/oidc` and `/ops/identity`; not yet listening. */
  readonly app: FastifyInstance;
  /** Where browsers reach us; the issuer is `/oidc` of it, and the audience of access tokens is itself. */
  readonly publicUrl: string;
  /** What secrets are encrypted with; absent: a key that the database keeps. */
  readonly secretKey?: string;
  readonly logger?: Logger;
  /** Told of sign-ins and administrative acts, beside their being kept. */
  readonly onEvent?: (event: IdentityEvent) => void;
}

export interface Identity {
  readonly issuer: string;
  readonly revocations: Revocations;
  close(): Promise<void>;
}

/** Starts the OpenID provider of this process: discovery, tokens, sign-in pages, administration. */
export async function startIdentity(options: IdentityOptions): Promise<Identity> {
  const { db, app, publicUrl, secretKey, onEvent } = options;
  const logger = options.logger ?? pino({ level: 'warn' });
  const secrets = await openSecrets(db, secretKey);
  const live = await openProvider({ db, secrets, publicUrl, logger });
  const revocations = await openRevocations(db);
  const parts: IdentityParts = {
    db,
    secrets,
    publicUrl,
    provider: live.provider,
    directories: { signIn: async () => undefined },
    external: { offered: async () => [] },
    logger,
    async record(event) {
      onEvent?.(event);
      await recordEvent(db, event);
    },
  };
  await app.register(
    async (scope) => {
      answerProblems(scope);
      await scope.register(async (pages) => {
        readForms(pages);
        await assetRoutes(pages);
        interactionRoutes(pages, parts);
      });
      await scope.register(async (rest) => mountProvider(rest, publicUrl, live.provider));
    },
    { prefix: '/oidc' },
  );
  const jobs = startJobs(parts);
  return {
    issuer: issuerOf(publicUrl),
    revocations,
    async close() {
      await jobs.close();
      await revocations.close();
      await live.close();
    },
  };
}
