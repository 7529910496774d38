import { type User, UserManager, WebStorageStateStore } from 'oidc-client-ts';
import { bearToken } from './bear-token.ts';
import { signInRequirement } from './requirement.ts';

export { asksToSignInAgain } from './bear-token.ts';

/** Who is signed in at a page, and the way out. */
export interface SignedIn {
  readonly name: string;
  signOut(): Promise<void>;
}

export interface SignIn {
  /** Undefined: nobody, and nobody need be. */
  readonly signedIn: SignedIn | undefined;
  /** Whether there is anybody to sign in with: where access is open there is no need. */
  readonly isOffered: boolean;
  /**
   * Leaves the page for the sign-in page, and comes back to where it was.
   *
   * @param isAgain true: whoever is signed in shows anew who they are
   */
  begin(isAgain?: boolean): Promise<void>;
}

const SCOPE = 'openid profile roles';

/**
 * Signs a page in by code and PKCE. Where access is open, or there is no identity beside the page, nothing happens.
 * Tokens are kept for this tab alone, renewed before they expire, and borne by every request of the page to its server.
 *
 * @param base where the page lives, `/` or `/app/`; its return address is `sign-in` below
 * @param isOptional true: nobody is sent to sign in unasked
 */
export async function openSignIn(clientId: string, base: string, isOptional = false): Promise<SignIn> {
  const requirement = await signInRequirement();
  if (requirement === undefined || !requirement.required) {
    return { signedIn: undefined, isOffered: false, begin: async () => undefined };
  }
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
    return new Promise(() => undefined); // the browser is leaving
  }
  if (user === undefined) return { signedIn: undefined, isOffered: true, begin };
  bearToken({
    token: async () => (await manager.getUser())?.access_token,
    async renew() {
      const fresh = await manager.signinSilent().catch(() => null);
      if (fresh === null) {
        await manager.removeUser();
        if (!isOptional) await begin();
      }
      return fresh?.access_token;
    },
  });
  return {
    begin,
    isOffered: true,
    signedIn: {
      name: user.profile.name ?? user.profile.preferred_username ?? user.profile.sub,
      signOut: () => manager.signoutRedirect(),
    },
  };
}

/** Who has just come back from signing in, or was here before in this tab; tokens that have expired are renewed. */
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
