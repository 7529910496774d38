import type { User, UserManager } from 'oidc-client-ts';
import { bearToken, type Tokens } from './bear-token.ts';
import { signInRequirement } from './requirement.ts';

/** The sign-in of a page. */
export interface SignedIn {
  readonly name: string;
  signOut(): Promise<void>;
}

export interface SignIn {
  /** Undefined: nobody is signed in, and no sign-in is required. */
  readonly signedIn: SignedIn | undefined;
  /** Whether a sign-in is possible; with open access it is not needed. */
  readonly isOffered: boolean;
  /**
   * Redirects to the sign-in page and back to the present page.
   *
   * @param isAgain true: a signed-in user must authenticate again
   */
  begin(isAgain?: boolean): Promise<void>;
}

const SCOPE = 'openid profile roles';

/**
 * Signs in the user of a page by authorization code and PKCE. With open access, or without an identity service, nothing happens.
 * Tokens are stored for this tab only, renewed before they expire, and sent with every request of the page to its server.
 *
 * @param base the path of the page, `/` or `/app/`; the redirect URI is `sign-in` below it
 * @param isOptional true: never redirects to the sign-in page by itself
 * @param instead sent rather than the user's own tokens
 */
export async function openSignIn(
  clientId: string,
  base: string,
  { isOptional = false, instead }: { readonly isOptional?: boolean; readonly instead?: Tokens } = {},
): Promise<SignIn> {
  const requirement = await signInRequirement();
  if (requirement === undefined || !requirement.required) {
    return { signedIn: undefined, isOffered: false, begin: async () => undefined };
  }
  // Loaded on demand: with open access no page needs it.
  const { UserManager, WebStorageStateStore } = await import('oidc-client-ts');
  const manager = new UserManager({
    authority: requirement.issuer,
    client_id: clientId,
    redirect_uri: `${location.origin}${base}sign-in`,
    post_logout_redirect_uri: `${location.origin}${base}`,
    scope: SCOPE,
    userStore: new WebStorageStateStore({ store: sessionStorage, prefix: `alzette.${clientId}.` }),
    stateStore: new WebStorageStateStore({ store: sessionStorage, prefix: `alzette.${clientId}.` }),
    automaticSilentRenew: true,
  });
  const begin = (isAgain = false) =>
    manager.signinRedirect({
      ...(isAgain && { prompt: 'login' }),
      state: location.pathname.startsWith(`${base}sign-in`) ? base : location.href.slice(location.origin.length),
    });

  const user = await currentUser(manager, base);
  if (user === undefined && !isOptional) {
    await begin();
    return new Promise(() => undefined); // the browser is redirected
  }
  if (user === undefined) return { signedIn: undefined, isOffered: true, begin };
  const own: Tokens = {
    subject: user.profile.sub,
    token: async () => (await manager.getUser())?.access_token,
    async renew() {
      const fresh = await manager.signinSilent().catch(() => null);
      if (fresh === null) {
        await manager.removeUser();
        if (!isOptional) await begin();
      }
      return fresh?.access_token;
    },
  };
  bearToken(instead ?? own);
  return {
    begin,
    isOffered: true,
    signedIn: {
      name: user.profile.name ?? user.profile.preferred_username ?? user.profile.sub,
      signOut: () => manager.signoutRedirect(),
    },
  };
}

/** The session after a return from the sign-in page, or the stored one of this tab. Expired tokens are renewed. */
async function currentUser(manager: UserManager, base: string): Promise<User | undefined> {
  if (location.pathname === `${base}sign-in`) {
    const back = await manager.signinCallback().catch(() => undefined);
    history.replaceState(null, '', typeof back?.state === 'string' ? back.state : base);
    if (back !== undefined) return back;
  }
  const kept = await manager.getUser();
  if (kept === null) return undefined;
  if (!kept.expired) return kept;
  const renewed = await manager.signinSilent().catch(() => null);
  if (renewed === null) await manager.removeUser();
  return renewed ?? undefined;
}
