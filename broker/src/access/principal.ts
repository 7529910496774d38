/** What one may do with entities (`read`, `write`), or with the broker itself (`administer`). */
export const ACTIONS = ['read', 'write', 'administer'] as const;
export type Action = (typeof ACTIONS)[number];

/** Who asks: as a token or a key has it, or nobody known. */
export interface Principal {
  readonly kind: 'token' | 'key' | 'anonymous';
  /** The `sub` of a token, the id of a key, or ''. */
  readonly id: string;
  readonly issuer?: string;
  /**
   * Of another issuer than the first: `roles`, its roles, groups and organisations count as the first one's do; `none`, they
   * count for policies alone that name the issuer. Its subjects and clients always do for these alone.
   */
  readonly trust?: 'roles' | 'none';
  readonly client?: string;
  readonly roles: readonly string[];
  readonly groups: readonly string[];
  readonly organisation?: string;
  /** Nothing beyond these, whatever policies say; absent: all that they say. */
  readonly actions?: readonly Action[];
  /** Of a key that a user has made: it holds for what its owner could delegate, of these policies if any are named. */
  readonly owner?: KeyOwner;
  /** Of a token: the session that it came of (`sid`). */
  readonly session?: string;
  /** Of a token of a user: when that one signed in; milliseconds since 1970. */
  readonly signedInAt?: number;
  /** Of a token; milliseconds since 1970. */
  readonly issuedAt?: number;
  /** From when on it counts no more; milliseconds since 1970. */
  readonly expiresAt?: number;
}

/** Who has made a key for themselves, and which of the policies that they could delegate it holds for; absent: all. */
export interface KeyOwner {
  readonly subject: string;
  /** Absent: the first of those configured. */
  readonly issuer?: string;
  readonly policies?: readonly string[];
}

export const ANONYMOUS: Principal = Object.freeze({ kind: 'anonymous', id: '', roles: [], groups: [] });

/** Our own pages, by the names that issuers know them by: what they may do is what their user may. */
const OWN_PAGES: ReadonlySet<string> = new Set(['portal', 'app']);

/** Whether a client is one of our own pages. */
export function isOwnPage(client: string | undefined): boolean {
  return client !== undefined && OWN_PAGES.has(client);
}

const withoutScope = new WeakMap<Principal, Principal>();

/**
 * A token's principal as tokens are read today. One that was kept from before scopes counted says nothing of them: unless it
 * came by our own pages, its user had agreed to nothing.
 */
export function asAgreed(principal: Principal): Principal {
  if (principal.kind !== 'token' || principal.actions !== undefined || isOwnPage(principal.client)) return principal;
  // The same object each time: what is worked out for a principal is kept by it.
  let limited = withoutScope.get(principal);
  if (limited === undefined) {
    limited = { ...principal, actions: [] };
    withoutScope.set(principal, limited);
  }
  return limited;
}

/** Tells principals apart, and what they are apart from it: tokens of one subject that say the same are one. */
export function principalKey(principal: Principal): string {
  const { issuedAt: _issued, signedInAt: _signedIn, expiresAt: _expires, session: _session, ...rest } = principal;
  return JSON.stringify(rest);
}

/** Who it is, however its roles change. */
export function identityOf({ kind, issuer = '', id }: Pick<Principal, 'kind' | 'issuer' | 'id'>): string {
  return `${kind} ${issuer} ${id}`;
}

/** Whose requests are counted: a key's, a client's, or of a token without one the subject's. */
export function consumerOf(principal: Principal): string {
  const { kind, id, client } = principal;
  if (kind === 'anonymous') return 'anonymous';
  if (kind === 'key') return `key:${id}`;
  const of = issuerPrefix(principal);
  return client === undefined ? `subject:${of}${id}` : `client:${of}${client}`;
}

/** As the audit names who acts. */
export function actorOf(principal: Principal): string {
  const { kind, id } = principal;
  return kind === 'anonymous' ? 'anonymous' : `${kind}:${kind === 'token' ? issuerPrefix(principal) : ''}${id}`;
}

/** Names of the first issuer stand alone; those of others could be the same. */
function issuerPrefix({ trust, issuer }: Principal): string {
  return trust === undefined ? '' : `${issuer} `;
}
