import { EventSource as FetchingEventSource } from 'eventsource';
import { asksToSignInAgain } from './sign-in-again.ts';

export interface Tokens {
  /** Whose tokens they are. */
  readonly subject: string;
  token(): Promise<string | undefined>;
  /** Returns a new token after the present one was refused. */
  renew(): Promise<string | undefined>;
}

let ofPage: Tokens | undefined;

/** The tokens that this page sends; undefined: it sends none. */
export function tokensOfPage(): Tokens | undefined {
  return ofPage;
}

/**
 * Adds the token to every request of the page to its own server: by `fetch`, and by `EventSource`, which has no option for
 * headers. Must be called before the first request.
 */
export function bearToken(tokens: Tokens): void {
  ofPage = tokens;
  const { token, renew } = tokens;
  const plainFetch = globalThis.fetch.bind(globalThis);
  let renewing: Promise<string | undefined> | undefined;

  const authorized: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    if (isApart(request)) return plainFetch(request);
    const again = request.clone();
    const response = await plainFetch(withToken(request, await token()));
    // If a more recent sign-in is required, a new token of the same sign-in does not help.
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
  globalThis.EventSource = AuthorizedEventSource as unknown as typeof EventSource; // it has the same interface
}

/** Whether the request gets no token: it is for another server or for the sign-in itself, or has its own credentials. */
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
