import { readForms } from '@alzette/kit/bodies';
import type { Database } from '@alzette/kit/database';
import type { Jobs } from '@alzette/kit/jobs';
import { type MailSettings, openMail } from '@alzette/kit/mail';
import { operation, serviceRoutes } from '@alzette/kit/routes';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { pino } from 'pino';
import { firstAdministrator, prepareCatalogue } from './accounts/first-run.ts';
import { tellOwner } from './accounts/letters.ts';
import { administrationRoutes } from './administration/administration-routes.ts';
import { defineJobs } from './jobs.ts';
import { accountRoutes } from './pages/account-routes.ts';
import { assetRoutes } from './pages/asset-routes.ts';
import { externalRoutes } from './pages/external-routes.ts';
import { interactionRoutes } from './pages/interaction-routes.ts';
import { resetRoutes } from './pages/reset-routes.ts';
import type { IdentityParts } from './parts.ts';
import { sessionId } from './provider/claims.ts';
import { openProvider } from './provider/live-provider.ts';
import { mountProvider } from './provider/mount.ts';
import { issuerOf } from './provider/provider.ts';
import type { Organisation } from './store/catalogue.ts';
import { type IdentityEvent, recordEvent } from './store/events.ts';
import { listProviders } from './store/external-providers.ts';
import { openSecrets } from './store/secrets.ts';

export type { Database } from '@alzette/kit/database';
export type { MailSettings } from '@alzette/kit/mail';
export { breakGlass } from './accounts/first-run.ts';
export { accountNames, linkForAccount, makeAccount } from './accounts/operator-accounts.ts';
export type { Organisation } from './store/catalogue.ts';
export type { IdentityEvent } from './store/events.ts';

/** Numbered SQL for schema `identity`, to be run before identity starts. */
export const migrationsFolder = new URL('../migrations/', import.meta.url);

export interface IdentityOptions {
  readonly db: Database;
  /** Where what is done every hour is defined. */
  readonly jobs: Jobs;
  /** Gets the routes under `/oidc` and `/ops/identity`; not yet listening. */
  readonly app: FastifyInstance;
  /** Where browsers reach us; the issuer is `/oidc` of it, and the audience of access tokens is itself. */
  readonly publicUrl: string;
  /** What secrets are encrypted with; absent: a key that the database keeps. */
  readonly secretKey?: string;
  readonly logger?: Logger;
  /** Told of sign-ins and administrative acts, beside their being kept. */
  readonly onEvent?: (event: IdentityEvent) => void;
  /**
   * Told when access tokens are to be refused: those issued before to a user or a client, or in a session, which is named
   * `session:` and the `sid` of its tokens.
   */
  readonly onRevoke?: (subject: string, before: Date) => Promise<void>;
  /** Where it is `enforced` an administrator is made when there is no account. Default `open`. */
  readonly access?: 'open' | 'enforced';
  /** Whose tokens count, where it is not ours: then pages sign in at the first of them, and no administrator is made. */
  readonly issuers?: readonly string[];
  /** What there is at the beginning: the intercommunality, its communes. */
  readonly organisations?: readonly Organisation[];
  /** How e-mail is sent; absent: not at all. */
  readonly mail?: MailSettings;
}

export interface Identity {
  readonly issuer: string;
  /** Told once: the first administrator's, made where access is enforced and there is no account. */
  readonly firstPassword?: { readonly username: string; readonly password: string };
  close(): Promise<void>;
}

/** Starts the OpenID provider of this process: discovery, tokens, sign-in pages, administration. */
export async function startIdentity(options: IdentityOptions): Promise<Identity> {
  const { db, app, publicUrl, secretKey, onEvent } = options;
  const logger = options.logger ?? pino({ level: 'warn' });
  const secrets = await openSecrets(db, secretKey);
  await prepareCatalogue(db, options.organisations ?? []);
  const { access = 'open', issuers = [] } = options;
  const firstPassword = access === 'enforced' && issuers.length === 0 ? await firstAdministrator(db) : undefined;
  const revoke = async (subject: string) => options.onRevoke?.(subject, new Date());
  const revokeSession = (uid: string) => revoke(`session:${sessionId(uid)}`);
  const live = await openProvider({ db, secrets, publicUrl, logger, onSignOut: revokeSession });
  const parts: IdentityParts = {
    db,
    secrets,
    publicUrl,
    provider: live.provider,
    external: {
      offered: async () => (await listProviders(db)).filter(({ enabled }) => enabled),
    },
    logger,
    mail: options.mail && openMail(options.mail),
    revokeTokens: revoke,
    revokeSession,
    async record(event) {
      onEvent?.(event);
      await recordEvent(db, event);
      // Nothing waits for the letter.
      void tellOwner(parts, event).catch((cause: unknown) =>
        logger.error({ err: cause }, 'an account’s owner could not be told of a change'),
      );
    },
  };
  await serviceRoutes(app, '/oidc', async (scope) => {
    await scope.register(async (pages) => {
      const description = operation({ access: 'nothing', summary: 'Whether one has to sign in, and where' });
      pages.get('/sign-in', description, () => ({
        required: access === 'enforced',
        issuer: issuers[0] ?? issuerOf(publicUrl),
      }));
      readForms(pages);
      await assetRoutes(pages);
      interactionRoutes(pages, parts);
      resetRoutes(pages, parts);
      externalRoutes(pages, parts);
      accountRoutes(pages, parts);
    });
    await scope.register(async (rest) => mountProvider(rest, publicUrl, live.provider));
  });
  await serviceRoutes(app, '/ops/identity', (scope) => {
    // It is about persons.
    scope.addHook('onRequest', async (_request, reply) => void reply.header('cache-control', 'no-store'));
    administrationRoutes(scope, parts);
  });
  defineJobs(options.jobs, parts);
  return {
    issuer: issuerOf(publicUrl),
    ...(firstPassword && { firstPassword }),
    close: () => live.close(),
  };
}
