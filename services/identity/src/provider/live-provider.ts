import type { Database } from '@alzette/kit/database';
import type { Provider } from 'oidc-provider';
import type { Logger } from 'pino';
import { signOutAt } from '../federation/external-sign-out.ts';
import { listProviders } from '../store/external-providers.ts';
import type { Secrets } from '../store/secrets.ts';
import { KEYS_CHANGED, loadSigningKeys } from '../store/signing-keys.ts';
import { createProvider } from './provider.ts';
import { providerPages } from './provider-pages.ts';

interface LiveProvider {
  readonly provider: () => Provider;
  close(): Promise<void>;
}

const LONGEST_WAIT_MS = 60 * 60_000;

/** A provider that is created again whenever the signing keys change, in this or another process. */
export async function openProvider(options: {
  readonly db: Database;
  readonly secrets: Secrets;
  readonly publicUrl: string;
  readonly logger: Logger;
  /** Called with the uid of a session that its user has ended. */
  readonly onSignOut: (uid: string) => Promise<void>;
}): Promise<LiveProvider> {
  const { db, secrets, publicUrl, logger, onSignOut } = options;
  let current: Provider;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isClosed = false;

  const load = async () => {
    const { jwks, changesAt } = await loadSigningKeys(db, secrets);
    current = createProvider({
      db,
      secrets,
      publicUrl,
      jwks,
      pages: providerPages(async () => (await listProviders(db)).map(({ issuer }) => new URL(issuer).origin)),
      signOutElsewhere: (account, target) => signOutAt({ db, secrets, publicUrl, logger }, account, target),
    });
    current.on('server_error', (_ctx, error) => logger.error({ err: error }, 'the OpenID provider failed'));
    current.on('end_session.success', (ctx) => {
      const { session, params } = ctx.oidc;
      const uid = params?.logout ? session?.uid : undefined; // a user who stays signed in only leaves this client
      if (uid === undefined) return;
      onSignOut(uid).catch((cause: unknown) =>
        logger.error({ err: cause }, 'could not revoke the tokens of a session'),
      );
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
