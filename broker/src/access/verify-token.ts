import { decodeJwt, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose';
import { Unauthenticated } from './access-error.ts';
import { IssuerKeys, type JwksStore } from './issuer-keys.ts';
import { ACTIONS, type Action, isOwnPage, type Principal } from './principal.ts';

interface TokenRules {
  /** The issuers whose tokens are accepted. */
  readonly issuers: readonly string[];
  /** A token must be issued for one of these. */
  readonly audiences: readonly string[];
  readonly store: JwksStore;
  readonly onError: (error: unknown) => void;
}

/** Asymmetric algorithms only: with `none` or a shared secret anyone could sign. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
const LONGEST = 8192;
const CLOCK_TOLERANCE_S = 5;
const SHAPE = /^[\w-]+\.[\w-]+\.[\w-]+$/;

export type VerifyToken = (token: string) => Promise<Principal>;

/**
 * Verifies JWTs (RFC 7519, RFC 9068): signature, issuer, audience and validity period.
 *
 * @throws Unauthenticated: the token is invalid
 */
export function tokenVerifier({ issuers, audiences, store, onError }: TokenRules): VerifyToken {
  const keys = new Map(issuers.map((issuer) => [issuer, new IssuerKeys(issuer, store, onError)]));

  return async (token) => {
    if (token.length > LONGEST || !SHAPE.test(token)) throw invalid('it is not a JWT');
    const issuer = issuerOf(token);
    const issuerKeys = issuer === undefined ? undefined : keys.get(issuer);
    if (issuer === undefined || issuerKeys === undefined) throw invalid('its issuer is not one of those configured');
    let keySet = await issuerKeys.current();
    if (keySet === undefined) throw invalid('the keys of its issuer are not known yet');
    const verify = async (set: NonNullable<typeof keySet>) =>
      jwtVerify(token, set, {
        issuer,
        audience: [...audiences],
        algorithms: ALGORITHMS,
        clockTolerance: CLOCK_TOLERANCE_S,
        requiredClaims: ['exp', 'sub'],
      });
    try {
      return principalOf((await verify(keySet)).payload, issuer);
    } catch (error) {
      if (!isOfUnknownKey(error)) throw refusal(error);
    }
    // The issuer may have rotated its keys.
    await issuerKeys.refresh();
    keySet = (await issuerKeys.current()) ?? keySet;
    try {
      return principalOf((await verify(keySet)).payload, issuer);
    } catch (error) {
      throw refusal(error);
    }
  };
}

function issuerOf(token: string): string | undefined {
  try {
    decodeProtectedHeader(token);
    const { iss } = decodeJwt(token);
    return typeof iss === 'string' ? iss : undefined;
  } catch {
    throw invalid('it is not a JWT');
  }
}

function isOfUnknownKey(error: unknown): boolean {
  return error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWSSignatureVerificationFailed;
}

function refusal(error: unknown): Unauthenticated {
  if (error instanceof Unauthenticated) return error;
  if (error instanceof errors.JWTExpired) return invalid('it has expired');
  if (error instanceof errors.JWTClaimValidationFailed) return invalid(`its claim ${error.claim} is not as expected`);
  return invalid('its signature is invalid'); /// anything else that is wrong with input from strangers
}

function invalid(reason: string): Unauthenticated {
  return new Unauthenticated(`The token is invalid: ${reason}`, 'invalid_token');
}

function principalOf(claims: JWTPayload, issuer: string): Principal {
  const { sub, exp, iat, sid, auth_time, authority_at, client_id, azp, organisation, organization, seen_by } = claims;
  if (typeof sub !== 'string' || sub === '' || sub.length > 255) throw invalid('its claim sub is not as expected');
  const client = textOf(client_id) ?? textOf(azp);
  const own = textOf(organisation) ?? textOf(organization);
  const seenBy = textOf(seen_by);
  const actions = actionsOf(claims.scope, client);
  // Keycloak nests its roles one level deeper.
  const realm = claims.realm_access as { roles?: unknown } | undefined;
  return {
    kind: 'token',
    id: sub,
    issuer,
    roles: [...new Set([...textsOf(claims.roles), ...textsOf(realm?.roles)])],
    groups: textsOf(claims.groups),
    ...(client !== undefined && { client }),
    ...(own !== undefined && { organisation: own }),
    ...(seenBy !== undefined && { seenBy }),
    ...(actions && { actions }),
    ...(typeof sid === 'string' && { session: sid }),
    ...(typeof auth_time === 'number' && { signedInAt: auth_time * 1000 }),
    ...(exp !== undefined && { expiresAt: exp * 1000 }),
    ...(iat !== undefined && { issuedAt: typeof authority_at === 'number' ? authority_at : iat * 1000 }),
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function textsOf(value: unknown): readonly string[] {
  const list = typeof value === 'string' ? value.split(' ') : Array.isArray(value) ? value : [];
  return list.filter((text): text is string => typeof text === 'string' && text !== '');
}

const SCOPE_PREFIX = 'alzette:';

/**
 * A token has the scopes of this broker that it names, such as `alzette:read`: these are what its user has agreed to. A
 * token without such scopes has none, unless it was issued to our own pages.
 */
function actionsOf(scope: unknown, client: string | undefined): readonly Action[] | undefined {
  const named = textsOf(scope).filter((text) => text.startsWith(SCOPE_PREFIX));
  if (named.length === 0 && isOwnPage(client)) return undefined;
  return ACTIONS.filter((action) => named.includes(SCOPE_PREFIX + action));
}
