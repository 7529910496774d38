import type { Database } from '@alzette/kit/database';
import { Provider } from 'oidc-provider';
import type { Logger } from 'pino';
import { signOutAt } from '../federation/external-sign-out.ts';
import type { IdentityEvent } from '../store/events.ts';
import { listProviders } from '../store/external-providers.ts';
import type { OfSession } from '../store/records.ts';
import type { Secrets } from '../store/secrets.ts';
import { KEYS_CHANGED, loadSigningKeys } from '../store/signing-keys.ts';
import type { Site } from './first-party-clients.ts';
import { createProvider } from './provider.ts';
import { providerPages } from './provider-pages.ts';

interface LiveProvider {
  readonly provider: () => Provider;
  close(): Promise<void>;
}

/** A code or a refresh token was used twice. */
const REUSED = { by: 'reuse' };

const LONGEST_WAIT_MS = 60 * 60_000;

/** A provider that is created again whenever the signing keys change, in this or another process. */
export async function openProvider(options: {
  readonly db: Database;
  readonly secrets: Secrets;
  readonly publicUrl: string;
  readonly sites: () => readonly Site[];
  readonly logger: Logger;
  /** Called with the uid of a session that its user has ended, or whose tokens may be in other hands, and what to record. */
  readonly onSignOut: (uid: string, event: IdentityEvent) => Promise<void>;
}): Promise<LiveProvider> {
  const { db, secrets, publicUrl, sites, logger, onSignOut } = options;
  let current: Provider;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isClosed = false;

  const end = async ({ sessionUid, accountId, clientId }: OfSession, event: Partial<IdentityEvent>) => {
    if (sessionUid === undefined) return;
    const who = { ...(accountId && { account: accountId }), ...(clientId && { client: clientId }) };
    await onSignOut(sessionUid, { kind: 'signed-out', ...who, ...event });
  };
  const load = async () => {
    const { jwks, changesAt } = await loadSigningKeys(db, secrets);
    current = createProvider({
      db,
      secrets,
      publicUrl,
      sites,
      jwks,
      pages: providerPages(async () => (await listProviders(db)).map(({ issuer }) => new URL(issuer).origin)),
      onReuse: (used) => end(used, { detail: REUSED, ...(Provider.ctx && { address: Provider.ctx.ip }) }),
      signOutElsewhere: (account, target) => signOutAt({ db, secrets, publicUrl, logger }, account, target),
    });
    current.on('server_error', (_ctx, error) => logger.error({ err: error }, 'the OpenID provider failed'));
    const ended = (what: OfSession, event: Partial<IdentityEvent>) => {
      end(what, event).catch((cause: unknown) =>
        logger.error({ err: cause }, 'could not revoke the tokens of a session'),
      );
    };
    current.on('end_session.success', ({ ip, oidc: { session, params } }) => {
      if (session === undefined || !params?.logout) return; // a user who stays signed in only leaves this client
      ended({ sessionUid: session.uid, accountId: session.accountId }, { address: ip });
    });
    // A client revokes its tokens; or one was used again, so what was issued from it may be in other hands.
    current.on('grant.revoked', ({ ip, oidc: { entities, route } }) => {
      const token = entities.RefreshToken ?? entities.AuthorizationCode;
      if (token !== undefined)
        ended(token, { address: ip, detail: route === 'revocation' ? { by: 'client' } : REUSED });
    });
    clearTimeout(timer);
    if (isClosed) return;
    // The keys are read again in any case, because a message can be lost.
    const waitMs = Math.min((changesAt?.getTime() ?? Number.POSITIVE_INFINITY) - Date.now() + 100, LONGEST_WAIT_MS);
    timer = setTimeout(reload, Math.max(waitMs, 1000));
    timer.unref();
  };
  const reload = () => {
    load().catch((cause: unknown) => {
      logger.error({ err: cause }, 'could not reload the signing keys');
      timer = setTimeout(reload, 5000);
      timer.unref();
    });
  };

  await load();
  const unlisten = await db.listen(KEYS_CHANGED, reload);
  return {
    provider: () => current,
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await unlisten();
    },
  };
}
