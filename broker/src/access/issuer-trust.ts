import type { Principal } from './principal.ts';

/** How far an issuer is trusted by policies that name no issuers. */
export interface IssuerTrust {
  /** The principal, with the current trust in its issuer. */
  placed(principal: Principal): Principal;
  /** Whether tokens of an issuer are accepted; also true without an issuer. */
  isKnown(issuer: string | undefined): boolean;
  /** The key under which the revocation of an issuer's subject is stored. Default: the first issuer. */
  revocationOf(subject: string, issuer?: string): string;
}

/**
 * Subjects, clients and roles belong to the issuer that names them. Those of the first issuer are used without a
 * prefix. Roles, groups and organisations of other issuers are treated like those of the first if the issuer is in
 * `roleIssuers`; otherwise only policies that name the issuer use them.
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
