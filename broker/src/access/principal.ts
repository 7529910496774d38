/** What one may do with entities (`read`, `write`), or with the broker itself (`administer`). */
export const ACTIONS = ['read', 'write', 'administer'] as const;
export type Action = (typeof ACTIONS)[number];

/** Who asks: as a token or a key has it, or nobody known. */
export interface Principal {
  readonly kind: 'token' | 'key' | 'anonymous';
  /** The `sub` of a token, the id of a key, or ''. */
  readonly id: string;
  readonly issuer?: string;
  readonly client?: string;
  readonly roles: readonly string[];
  readonly groups: readonly string[];
  readonly organisation?: string;
  /** Nothing beyond these, whatever policies say; absent: all that they say. */
  readonly actions?: readonly Action[];
  /** Of a key that a user has made: it holds for what its owner could delegate, of these policies if any are named. */
  readonly owner?: { readonly subject: string; readonly policies?: readonly string[] };
  /** Of a token: the session that it came of (`sid`). */
  readonly session?: string;
  /** Of a token; milliseconds since 1970. */
  readonly issuedAt?: number;
  /** From when on it counts no more; milliseconds since 1970. */
  readonly expiresAt?: number;
}

export const ANONYMOUS: Principal = Object.freeze({ kind: 'anonymous', id: '', roles: [], groups: [] });

/** Tells principals apart, and what they are apart from it: tokens of one subject that say the same are one. */
export function principalKey(principal: Principal): string {
  const { issuedAt: _issued, expiresAt: _expires, session: _session, ...rest } = principal;
  return JSON.stringify(rest);
}

/** Who it is, however its roles change. */
export function identityOf({ kind, issuer = '', id }: Pick<Principal, 'kind' | 'issuer' | 'id'>): string {
  return `${kind} ${issuer} ${id}`;
}

/** Whose requests are counted: a key's, a client's, or of a token without one the subject's. */
export function consumerOf({ kind, id, client }: Principal): string {
  if (kind === 'anonymous') return 'anonymous';
  if (kind === 'key') return `key:${id}`;
  return client === undefined ? `subject:${id}` : `client:${client}`;
}

/** As the audit names who acts. */
export function actorOf({ kind, id }: Principal): string {
  return kind === 'anonymous' ? 'anonymous' : `${kind}:${id}`;
}
