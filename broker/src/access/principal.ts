import type { Action } from '../contract/access.ts';

export { ACTIONS, type Action } from '../contract/access.ts';

/** The principal of a request: from a token or a key, or anonymous. */
export interface Principal {
  readonly kind: 'token' | 'key' | 'anonymous';
  /** The `sub` of a token, the id of a key, or ''. */
  readonly id: string;
  readonly issuer?: string;
  /**
   * Set for issuers other than the first. `roles`: its roles, groups and organisations are used like those of the
   * first. `none`: they are used only by policies that name the issuer. Its subjects and clients are always used only
   * by such policies.
   */
  readonly trust?: 'roles' | 'none';
  readonly client?: string;
  readonly roles: readonly string[];
  readonly groups: readonly string[];
  readonly organisation?: string;
  /** Limits the actions that policies allow; absent: no limit. */
  readonly actions?: readonly Action[];
  /** For a key: the tenants in which it is valid; absent: all. */
  readonly tenants?: readonly string[];
  /** For a key created by a user: it has the rights that its owner may delegate, limited to these policies if given. */
  readonly owner?: KeyOwner;
  /** For a token: its session (`sid`). */
  readonly session?: string;
  /** For a user's token: the time of sign-in; milliseconds since 1970. */
  readonly signedInAt?: number;
  /** For a token of an administrator who sees the product as its subject: the administrator. It only reads. */
  readonly seenBy?: string;
  /** For a token; milliseconds since 1970. */
  readonly issuedAt?: number;
  /** The time from which it is invalid; milliseconds since 1970. */
  readonly expiresAt?: number;
}

/** The creator of a key, and the delegable policies it is limited to; absent: all of them. */
export interface KeyOwner {
  readonly subject: string;
  /** Absent: the first configured issuer. */
  readonly issuer?: string;
  readonly policies?: readonly string[];
}

export const ANONYMOUS: Principal = Object.freeze({ kind: 'anonymous', id: '', roles: [], groups: [] });

/** The client ids of our own pages, which have all rights of their user. */
const OWN_PAGES: ReadonlySet<string> = new Set(['portal', 'app']);

/** Whether a client is one of our own pages. */
export function isOwnPage(client: string | undefined): boolean {
  return client !== undefined && OWN_PAGES.has(client);
}

const withoutScope = new WeakMap<Principal, Principal>();

/**
 * Applies today's rules to a stored principal of a token. One stored before scopes were used has no scopes: unless it
 * came from our own pages, its user has agreed to nothing.
 */
export function withAgreedScopes(principal: Principal): Principal {
  if (principal.kind !== 'token' || principal.actions !== undefined || isOwnPage(principal.client)) return principal;
  // Always the same object, because derived data is cached by it.
  let limited = withoutScope.get(principal);
  if (limited === undefined) {
    limited = { ...principal, actions: [] };
    withoutScope.set(principal, limited);
  }
  return limited;
}

/** Identifies a principal with all its claims: tokens of a subject with equal claims are the same principal. */
export function principalKey(principal: Principal): string {
  const { issuedAt: _issued, signedInAt: _signedIn, expiresAt: _expires, session: _session, ...rest } = principal;
  return JSON.stringify(rest);
}

/** The identity of a principal, independent of its roles. */
export function identityOf({ kind, issuer = '', id }: Pick<Principal, 'kind' | 'issuer' | 'id'>): string {
  return `${kind} ${issuer} ${id}`;
}

/** For whom requests are counted: the key, the client, or for a token without client the subject. */
export function consumerOf(principal: Principal): string {
  const { kind, id, client } = principal;
  if (kind === 'anonymous') return 'anonymous';
  if (kind === 'key') return `key:${id}`;
  const of = issuerPrefix(principal);
  return client === undefined ? `subject:${of}${id}` : `client:${of}${client}`;
}

/** The name of the actor in the audit: who acts, also where they see the product as somebody else. */
export function actorOf(principal: Principal): string {
  const { kind, seenBy, id } = principal;
  if (seenBy !== undefined) return `token:${issuerPrefix(principal)}${seenBy}`;
  return kind === 'anonymous' ? 'anonymous' : `${kind}:${kind === 'token' ? issuerPrefix(principal) : ''}${id}`;
}

/** Names of the first issuer have no prefix; those of others could be the same, so they get one. */
function issuerPrefix({ trust, issuer }: Principal): string {
  return trust === undefined ? '' : `${issuer} `;
}
