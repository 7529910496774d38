import { readForms } from '@alzette/kit/bodies';
import type { Database } from '@alzette/kit/database';
import type { Jobs } from '@alzette/kit/jobs';
import { type MailSettings, openMail } from '@alzette/kit/mail';
import { serviceRoutes } from '@alzette/kit/routes';
import { serve } from '@alzette/kit/serve';
import type { FastifyInstance, FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import type { Logger } from 'pino';
import { pino } from 'pino';
import { firstAdministrator, prepareCatalogue } from './accounts/first-run.ts';
import { tellOwner } from './accounts/letters.ts';
import { administrationRoutes } from './administration/administration-routes.ts';
import type { Organisation } from './contract/catalogue.ts';
import { signInContract } from './contract/sign-in.ts';
import { defineJobs } from './jobs.ts';
import { accountRoutes } from './pages/account-routes.ts';
import { assetRoutes } from './pages/asset-routes.ts';
import { externalRoutes } from './pages/external-routes.ts';
import { interactionRoutes } from './pages/interaction-routes.ts';
import { resetRoutes } from './pages/reset-routes.ts';
import type { IdentityParts } from './parts.ts';
import { sessionId } from './provider/claims.ts';
import type { Site } from './provider/first-party-clients.ts';
import { openProvider } from './provider/live-provider.ts';
import { mountProvider } from './provider/mount.ts';
import { issuerOf } from './provider/provider.ts';

import { type IdentityEvent, recordEvent } from './store/events.ts';
import { listProviders } from './store/external-providers.ts';
import { deleteSession } from './store/records.ts';
import { openSecrets } from './store/secrets.ts';
import { type Vouched, vouchedOf } from './store/vouched.ts';

export type { Database } from '@alzette/kit/database';
export type { MailSettings } from '@alzette/kit/mail';
export { breakGlass } from './accounts/first-run.ts';
export { letterAddress } from './accounts/letters.ts';
export { accountNames, linkForAccount, makeAccount } from './accounts/operator-accounts.ts';
export type { Organisation } from './contract/catalogue.ts';
export type { IdentityEvent } from './store/events.ts';
export type { Vouched } from './store/vouched.ts';

/** Numbered SQL for the schema `identity`; runs before identity starts. */
export const migrationsFolder = new URL('../migrations/', import.meta.url);

export interface IdentityOptions {
  readonly db: Database;
  /** Where the hourly jobs are defined. */
  readonly jobs: Jobs;
  /** Receives the routes under `/oidc` and `/ops/identity`; not listening yet. */
  readonly app: FastifyInstance;
  /** The public URL of the site. The issuer is `/oidc` of it; it is also the audience of access tokens. */
  readonly publicUrl: string;
  /** Other places where people use our pages; they sign in here. The list may change. */
  readonly sites?: () => readonly Site[];
  /** Whether a request came to one of these, where there is no sign-in: it is led here. */
  readonly isElsewhere?: (request: FastifyRequest) => boolean;
  /** The key that encrypts secrets; absent: a key in the database. */
  readonly secretKey?: string;
  readonly logger?: Logger;
  /** Called for sign-ins and administrative acts, before they are stored. */
  readonly onEvent?: (event: IdentityEvent) => Promise<void>;
  /** Does what an event tells; `work` stores the event afterwards. */
  readonly onAct?: (event: IdentityEvent, work: () => Promise<boolean>) => Promise<boolean>;
  /**
   * Called when access tokens are revoked: those issued before a time to a user or a client, or in a session, named
   * `session:` and the `sid` of its tokens.
   */
  readonly onRevoke?: (subject: string, before: Date) => Promise<void>;
  /** `enforced`: an administrator is created if there are no accounts. Default `open`. */
  readonly access?: 'open' | 'enforced';
  /** Accepted issuers, if they are not ours. Then pages sign in at the first one, and no administrator is created. */
  readonly issuers?: readonly string[];
  /** The initial organisations: the intercommunality and its communes. */
  readonly organisations?: readonly Organisation[];
  /** How e-mail is sent; absent: no e-mail. */
  readonly mail?: MailSettings;
}

export interface Identity {
  readonly issuer: string;
  /**
   * The first administrator's password, shown once. It is created where access is enforced and there are no accounts.
   */
  readonly firstPassword?: { readonly username: string; readonly password: string };
  /** What its provider vouches for about an account that the provider created. */
  vouchedFor(account: string): Promise<Vouched | undefined>;
  /** Calls this before an account is erased, with its id. It is called again if erasing fails later. */
  tellErasures(forget: (account: string) => Promise<void>): void;
  close(): Promise<void>;
}

/** The sessions of all sites are here, so links that lead to the sign-in of another host come here too. */
function leadHere(
  publicUrl: string,
  isElsewhere: IdentityOptions['isElsewhere'] = () => false,
): onRequestAsyncHookHandler {
  return async (request, reply) => {
    if (!isElsewhere(request) || request.url.split('?', 1)[0] === '/oidc/sign-in') return;
    // 307 keeps the method, but a browser asks before it sends a form to another host.
    const { pathname, search } = new URL(request.url, publicUrl);
    return reply.redirect(publicUrl + pathname + search, 307);
  };
}

/** Starts the OpenID provider of this process: discovery, tokens, sign-in pages, administration. */
export async function startIdentity(options: IdentityOptions): Promise<Identity> {
  const { db, app, publicUrl, sites = () => [], secretKey, onEvent, onAct = (_event, work) => work() } = options;
  const logger = options.logger ?? pino({ level: 'warn' });
  const secrets = await openSecrets(db, secretKey);
  await prepareCatalogue(db, options.organisations ?? []);
  const { access = 'open', issuers = [] } = options;
  const firstPassword = access === 'enforced' && issuers.length === 0 ? await firstAdministrator(db) : undefined;
  const revoke = async (subject: string, before = new Date()) => options.onRevoke?.(subject, before);
  const revokeSession = async (uid: string) => {
    await revoke(`session:${sessionId(uid)}`);
    // Its next tokens would be revoked, too.
    await deleteSession(db, uid);
  };
  const signedOut = async (uid: string, event: IdentityEvent) => {
    await revokeSession(uid);
    await parts.record(event);
  };
  const erasures: ((account: string) => Promise<void>)[] = [];
  const live = await openProvider({ db, secrets, publicUrl, sites, logger, onSignOut: signedOut });
  const parts: IdentityParts = {
    access,
    ...(issuers[0] !== undefined && issuers[0] !== issuerOf(publicUrl) && { otherIssuer: issuers[0] }),
    db,
    secrets,
    publicUrl,
    sites,
    provider: live.provider,
    external: {
      offered: async () => (await listProviders(db)).filter(({ enabled }) => enabled),
    },
    logger,
    mail: options.mail && openMail(options.mail),
    forget: async (account) => void (await Promise.all(erasures.map((forget) => forget(account)))),
    revokeTokens: revoke,
    revokeSession,
    recording: (event, work) =>
      onAct(event, async () => {
        const isDone = await work();
        if (isDone) await parts.record(event);
        return isDone;
      }),
    async record(event) {
      await onEvent?.(event);
      await recordEvent(db, event);
      // Sending the mail must not delay the answer.
      void tellOwner(parts, event).catch((cause: unknown) =>
        logger.error({ err: cause }, 'could not notify the owner of an account of a change'),
      );
    },
  };
  await serviceRoutes(app, '/oidc', async (scope) => {
    scope.addHook('onRequest', leadHere(publicUrl, options.isElsewhere));
    await scope.register(async (pages) => {
      serve(pages, signInContract, {
        required: () => ({ required: access === 'enforced', issuer: issuers[0] ?? issuerOf(publicUrl) }),
      });
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
    // The answers contain personal data.
    scope.addHook('onRequest', async (_request, reply) => void reply.header('cache-control', 'no-store'));
    administrationRoutes(scope, parts);
  });
  defineJobs(options.jobs, parts);
  return {
    issuer: issuerOf(publicUrl),
    ...(firstPassword && { firstPassword }),
    vouchedFor: (account) => vouchedOf(db, secrets, account),
    tellErasures: (forget) => void erasures.push(forget),
    close: () => live.close(),
  };
}
