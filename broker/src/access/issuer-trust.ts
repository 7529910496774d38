import type { Principal } from './principal.ts';

/** What the word of an issuer is worth where a policy names no issuers. */
export interface IssuerTrust {
  /** The principal with what its issuer's word is worth by the settings of now. */
  placed(principal: Principal): Principal;
  /** Whether an issuer is one whose tokens count; none named is. */
  isKnown(issuer: string | undefined): boolean;
  /** What a revocation of a subject of this issuer is kept under. Default: of the first. */
  revocationOf(subject: string, issuer?: string): string;
}

/**
 * Subjects, clients and roles belong to the issuer that names them. Those of the first issuer go by their names alone; of
 * another, roles, groups and organisations count like the first one's where `roleIssuers` has it, and otherwise for policies
 * that name the issuer.
 */
export function issuerTrust(issuers: readonly string[], roleIssuers: readonly string[]): IssuerTrust {
  const [first] = issuers;
  const trustOf = (issuer: string | undefined): Principal['trust'] => {
    if (issuer === undefined || issuer === first) return undefined;
    return roleIssuers.includes(issuer) ? 'roles' : 'none';
  };
  return {
    placed(principal) {
      const trust = trustOf(principal.issuer);
      if (principal.trust === trust) return principal;
      const { trust: _earlier, ...rest } = principal;
      return trust === undefined ? rest : { ...rest, trust };
    },
    isKnown: (issuer) => issuer === undefined || issuers.includes(issuer),
    revocationOf: (subject, issuer) => (trustOf(issuer) === undefined ? subject : `${issuer} ${subject}`),
  };
}
