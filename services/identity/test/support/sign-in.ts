import { createHash } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import { formAction, type Visit, type Visitor } from './visitor.ts';

/** The URL to which the portal sends a browser to sign in. */
export function authorizationPath(url: string): URL {
  const to = new URL(`${url}/oidc/auth`);
  to.search = new URLSearchParams({
    client_id: 'portal',
    redirect_uri: `${url}/sign-in`,
    response_type: 'code',
    scope: 'openid',
    code_challenge: createHash('sha256').update('x'.repeat(43)).digest('base64url'),
    code_challenge_method: 'S256',
  }).toString();
  return to;
}

/** Opens the sign-in page, enters a name and a password, and follows redirects up to the portal. */
export async function trySignIn(url: string, visitor: Visitor, name: string, password: string): Promise<Visit> {
  const page = await visitor.goTo(authorizationPath(url).href);
  return visitor.submit(formAction(page, '/password'), { name, password }, `${url}/sign-in`);
}

/** The code that an authenticator application shows, now or some time later. */
export function secondFactorCode(secret: string, laterMs = 0): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + laterMs });
}
