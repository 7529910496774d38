import { EventSource as FetchingEventSource } from 'eventsource';

interface Tokens {
  token(): Promise<string | undefined>;
  /** Another, when the one at hand was refused. */
  renew(): Promise<string | undefined>;
}

/**
 * Lets every request of the page to its own server bear the token, wherever in the page it is made: `fetch`, and
 * `EventSource`, which has no headers of its own. To be called before any is made.
 */
export function bearToken({ token, renew }: Tokens): void {
  const plainFetch = globalThis.fetch.bind(globalThis);
  let renewing: Promise<string | undefined> | undefined;

  const authorized: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    if (isApart(request)) return plainFetch(request);
    const again = request.clone();
    const response = await plainFetch(withToken(request, await token()));
    // Another token of the same sign-in is of no use where a later sign-in is asked for.
    if (response.status !== 401 || asksToSignInAgain(response)) return response;
    renewing ??= renew().finally(() => {
      renewing = undefined;
    });
    const fresh = await renewing;
    return fresh === undefined ? response : plainFetch(withToken(again, fresh));
  };
  globalThis.fetch = authorized;

  class AuthorizedEventSource extends FetchingEventSource {
    constructor(url: string | URL) {
      super(new URL(url, location.href), { fetch: (input, init) => authorized(input, init as RequestInit) });
    }
  }
  globalThis.EventSource = AuthorizedEventSource as unknown as typeof EventSource; // the same surface
}

/** Whether what was asked for takes a user who has signed in just now (RFC 9470). */
export function asksToSignInAgain({ headers }: Response): boolean {
  return headers.get('www-authenticate')?.includes('insufficient_user_authentication') === true;
}

/** Of another server, of the sign-in itself, or with credentials of its own. */
function isApart({ url, headers }: Request): boolean {
  const { origin, pathname } = new URL(url);
  return (
    origin !== location.origin ||
    pathname.startsWith('/oidc/') ||
    headers.has('authorization') ||
    headers.has('x-api-key')
  );
}

function withToken(request: Request, token: string | undefined): Request {
  if (token !== undefined) request.headers.set('authorization', `Bearer ${token}`);
  return request;
}
