import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Database } from '@alzette/broker';
import * as oidc from 'openid-client';
import { secondFactorCode } from '../../../services/identity/test/support/sign-in.ts';
import { formAction, hiddenFields, newVisitor, type Visitor } from '../../../services/identity/test/support/visitor.ts';
import { startGuardedPlatform } from './guarded-platform.ts';

export const PASSWORD = 'canal-Tilleul-48-forge';
const ADMINISTRATORS_PASSWORD = 'rivière-Minerai-77';
const LOCAL = { execute: [oidc.allowInsecureRequests] };

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever JSON the product answers
  readonly body: any;
}

/** A client's tokens of a signed-in user, and the client configuration. */
export interface Tokens {
  readonly access: string;
  readonly headers: { readonly authorization: string };
}

/**
 * The product with enforced access and its own accounts. Its administrator has signed in. Client addresses come from a
 * proxy header, so that one test can use many.
 */
export async function startOwnIdentity(
  t: TestContext,
  settings: Readonly<Record<string, string>> = {},
  database?: Promise<Database>,
) {
  const withOwnAccounts = { OIDC_ISSUER: '', OIDC_AUDIENCE: '', TRUSTED_PROXIES: '127.0.0.0/8,::1', ...settings };
  const platform = await startGuardedPlatform(t, withOwnAccounts, undefined, database);
  const { publicUrl, firstPassword } = platform;
  assert.ok(firstPassword);
  const root = await signInFirst(publicUrl, firstPassword);

  async function call(headers: Record<string, string>, method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(publicUrl + path, {
      method,
      headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: /^[[{]/.test(text) && JSON.parse(text) };
  }
  const admin = async (method: string, path: string, body?: unknown) => {
    const answer = await call(root.headers, method, path, body);
    assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  };
  return {
    ...platform,
    call,
    /** Sends a request of the administrator, which must succeed. */
    admin,
    root,
    /** Creates an account with `PASSWORD`. */
    async newUser(username: string, more: Record<string, unknown> = {}): Promise<string> {
      const { id } = await admin('POST', '/ops/identity/users', { username, ...more });
      const { link } = await admin('POST', `/ops/identity/users/${id}/reset-link`);
      assert.equal((await newVisitor().submit(link, { password: PASSWORD })).status, 200);
      return id;
    },
    signIn: (options: SignInOptions) => signIn(publicUrl, options),
  };
}

export interface SignInOptions {
  readonly name: string;
  readonly password?: string;
  readonly visitor?: Visitor;
  readonly clientId?: string;
  readonly secret?: string;
  readonly redirect?: string;
  readonly scope?: string;
  readonly more?: Readonly<Record<string, string>>;
}

/** By code and PKCE, with consent if it is required. @throws oidc.AuthorizationResponseError: it is refused */
async function signIn(url: string, options: SignInOptions): Promise<Tokens> {
  const { name, password = PASSWORD, visitor = newVisitor(), clientId = 'portal', scope = 'openid' } = options;
  const { redirect = `${url}/sign-in`, secret, more = {} } = options;
  const config = await oidc.discovery(
    new URL(`${url}/oidc`),
    clientId,
    secret,
    secret === undefined ? oidc.None() : undefined,
    LOCAL,
  );
  const verifier = oidc.randomPKCECodeVerifier();
  const to = oidc.buildAuthorizationUrl(config, {
    redirect_uri: redirect,
    scope,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...more,
  });
  let visit = await visitor.goTo(to.href, redirect);
  if (/name="password"/.test(visit.text)) {
    visit = await visitor.submit(formAction(visit, '/password'), { name, password }, redirect);
  }
  if (/\/consent"/.test(visit.text)) {
    visit = await visitor.submit(formAction(visit, '/consent'), hiddenFields(visit), redirect);
  }
  assert.ok(visit.url.startsWith(redirect), `${visit.url} ${visit.status} ${visit.text}`);
  return tokensOf(await oidc.authorizationCodeGrant(config, new URL(visit.url), { pkceCodeVerifier: verifier }));
}

/** The first sign-in of the first administrator: enrols a second factor and chooses another password. */
async function signInFirst(url: string, first: { username: string; password: string }): Promise<Tokens> {
  const config = await oidc.discovery(new URL(`${url}/oidc`), 'portal', undefined, oidc.None(), LOCAL);
  const verifier = oidc.randomPKCECodeVerifier();
  const redirect = `${url}/sign-in`;
  const to = oidc.buildAuthorizationUrl(config, {
    redirect_uri: redirect,
    scope: 'openid',
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  });
  const visitor = newVisitor();
  let visit = await visitor.goTo(to.href);
  visit = await visitor.submit(formAction(visit, '/password'), { name: first.username, password: first.password });
  const secret = /class="code">([A-Z2-7]+)</.exec(visit.text)?.[1] ?? '';
  visit = await visitor.submit(formAction(visit, '/enrol'), { code: secondFactorCode(secret) });
  visit = await visitor.submit(formAction(visit, '/new-password'), { password: ADMINISTRATORS_PASSWORD }, redirect);
  assert.ok(visit.url.startsWith(redirect), visit.text);
  return tokensOf(await oidc.authorizationCodeGrant(config, new URL(visit.url), { pkceCodeVerifier: verifier }));
}

function tokensOf({ access_token: access }: { readonly access_token: string }): Tokens {
  return { access, headers: { authorization: `Bearer ${access}` } };
}
