import type { Tokens } from '@alzette/identity/browser/bear-token';

/** The view of somebody else, in which an administrator sees the portal. Kept for this tab, as the sign-in is. */
export interface SeenAs {
  readonly id: string;
  readonly name: string;
  /** It only reads, and is not renewed. */
  readonly token: string;
  /** RFC 3339 */
  readonly expiresAt: string;
  /** The address to return to. */
  readonly from: string;
}

const KEPT = 'alzette.portal.seen-as';

/** Undefined: the reader sees the portal as themselves. */
export function seenAs(): SeenAs | undefined {
  const kept = sessionStorage.getItem(KEPT);
  const view = kept === null ? undefined : (JSON.parse(kept) as SeenAs);
  if (view !== undefined && Date.parse(view.expiresAt) > Date.now()) return view;
  sessionStorage.removeItem(KEPT);
  return undefined;
}

/** Loads the portal as somebody else sees it, at the page with which their day begins. */
export function beginToSee(view: Omit<SeenAs, 'from'>): void {
  const { pathname, search } = location;
  sessionStorage.setItem(KEPT, JSON.stringify({ ...view, from: pathname + search }));
  const tenant = new URLSearchParams(search).get('tenant');
  location.assign(tenant === null ? '/' : `/?${new URLSearchParams({ tenant })}`);
}

/** Loads the portal as the reader's own, where they came from. */
export function endSeeing({ from }: SeenAs): void {
  sessionStorage.removeItem(KEPT);
  location.assign(from);
}

/** Its token for each request. Where it is no longer accepted, the view ends. */
export function tokensOf(view: SeenAs): Tokens {
  return {
    subject: `${view.id} (seen)`, // nobody's drafts, and a live feed of its own
    token: async () => view.token,
    async renew() {
      endSeeing(view);
      return undefined;
    },
  };
}
