import { formField } from '@alzette/kit/bodies';
import { FORM, operation } from '@alzette/kit/routes';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { accountOfExternal, factorsOf, rememberExternal } from '../federation/external-account.ts';
import { beginAt, completeAt, type Expected } from '../federation/external-sign-in.ts';
import { signedOutElsewhere, targetOf } from '../federation/external-sign-out.ts';
import type { IdentityParts } from '../parts.ts';
import { linkAccount, linkedAccount, unlinkAccount } from '../store/external-providers.ts';
import { saveSignIn, takeSignIn } from '../store/sign-ins.ts';
import { fill, LANGUAGES } from '../texts/language.ts';
import { accountSession, checkToken, SIGN_IN_AGAIN } from './account-session.ts';
import { advance, showStep, stepOf } from './interaction.ts';
import { sendPage, viewerOf } from './layout.ts';
import { messagePage } from './sign-in-pages.ts';

interface Named {
  Params: { name: string; uid: string };
}

const LINKING = 'link';

/**
 * Sign-in at external providers. They redirect to `/oidc/with/:name`, which redirects to the interaction or the account
 * page where the sign-in began. The cookie of that page shows that it is the same browser.
 */
export function externalRoutes(scope: FastifyInstance, parts: IdentityParts): void {
  beginRoutes(scope, parts);
  returnRoutes(scope, parts);
  linkRoutes(scope, parts);
  signOutRoutes(scope, parts);
}

function queryOf({ url }: FastifyRequest): URLSearchParams {
  return new URL(url, 'http://any').searchParams;
}

function wordsOf(request: FastifyRequest) {
  return LANGUAGES[viewerOf(request).language].words;
}

function sealed({ secrets }: IdentityParts, expected: Expected, owner: string): Promise<string> {
  return secrets.seal(JSON.stringify(expected), owner);
}

async function opened(
  { secrets }: IdentityParts,
  text: string | undefined,
  owner: string,
): Promise<Expected | undefined> {
  return text === undefined ? undefined : (JSON.parse(await secrets.open(text, owner)) as Expected); // sealed by this file
}

function beginRoutes(scope: FastifyInstance, parts: IdentityParts): void {
  const { db } = parts;
  scope.get<Named>(
    '/interaction/:uid/with/:name',
    operation({ access: 'nothing', summary: 'Redirects to an external provider to sign in', answers: { 303: null } }),
    async (request, reply) => {
      const step = await stepOf(parts, request, reply);
      if (step === undefined) return reply;
      const { uid } = step.details;
      try {
        const { to, expected } = await beginAt(parts, request.params.name, uid);
        await saveSignIn(db, uid, { amr: [], secret: await sealed(parts, expected, uid) });
        return reply.redirect(to.href, 303);
      } catch (error) {
        parts.logger.warn({ err: error, provider: request.params.name }, 'could not reach a provider');
        return showStep(parts, reply.code(502), step, wordsOf(request).providerSilent);
      }
    },
  );
}

function returnRoutes(scope: FastifyInstance, parts: IdentityParts): void {
  const { db } = parts;
  scope.get<Named>(
    '/with/:name',
    operation({ access: 'nothing', summary: 'The redirect URI for external providers', answers: FORM }),
    async (request, reply) => {
      const query = queryOf(request);
      const at = (query.get('state') ?? '').split('.')[0] ?? '';
      if (at === LINKING) return finishLinking(parts, request, reply, query);
      const { name } = request.params;
      return reply.redirect(
        `/oidc/interaction/${encodeURIComponent(at)}/back/${encodeURIComponent(name)}?${query}`,
        303,
      );
    },
  );
  scope.get<Named>(
    '/interaction/:uid/back/:name',
    operation({ access: 'nothing', summary: 'Handles the response of an external provider', answers: FORM }),
    async (request, reply) => {
      const step = await stepOf(parts, request, reply);
      if (step === undefined) return reply;
      const { uid } = step.details;
      const expected = await opened(parts, (await takeSignIn(db, uid))?.secret, uid).catch(() => undefined);
      const words = wordsOf(request);
      if (expected === undefined || expected.provider !== request.params.name) {
        return showStep(parts, reply.code(400), { ...step, signIn: { amr: [] } }, words.providerFailed);
      }
      const fresh = { ...step, signIn: { amr: [] }, account: undefined };
      try {
        const user = await completeAt(parts, expected, queryOf(request));
        const account = await accountOfExternal(parts, user);
        if (account === undefined) {
          await recordFailure(parts, request, expected.provider, 'no account');
          return showStep(parts, reply.code(403), fresh, words.providerUnknown);
        }
        return reply.redirect(await advance(parts, request, reply, step, { account, amr: factorsOf(user) }), 303);
      } catch (error) {
        parts.logger.warn({ err: error, provider: expected.provider }, 'a sign-in by a provider failed');
        await recordFailure(parts, request, expected.provider, 'provider');
        return showStep(parts, reply.code(400), fresh, words.providerFailed);
      }
    },
  );
}

function recordFailure(parts: IdentityParts, request: FastifyRequest, provider: string, reason: string) {
  return parts.record({ kind: 'sign-in-failed', address: request.ip, detail: { reason, provider } });
}

function linkRoutes(scope: FastifyInstance, parts: IdentityParts): void {
  const { db } = parts;
  scope.post<Named>(
    '/account/link/:name',
    operation({
      access: 'nothing',
      summary: 'Form: links the user’s account with an external provider',
      answers: FORM,
    }),
    async (request, reply) => {
      const session = await accountSession(parts, request, reply);
      if (session === undefined) return reply;
      checkToken(session, formField(request, 'token'));
      if (!session.isRecent) return reply.redirect(SIGN_IN_AGAIN, 303);
      const { to, expected } = await beginAt(parts, request.params.name, LINKING);
      const key = `link:${session.uid}`;
      await saveSignIn(db, key, { account: session.account.id, amr: [], secret: await sealed(parts, expected, key) });
      return reply.redirect(to.href, 303);
    },
  );
  scope.post<Named>(
    '/account/unlink/:name',
    operation({ access: 'nothing', summary: 'Form: unlinks an external provider', answers: FORM }),
    async (request, reply) => {
      const session = await accountSession(parts, request, reply);
      if (session === undefined) return reply;
      checkToken(session, formField(request, 'token'));
      const { account } = session;
      // A user who was created by the provider has no other way to sign in.
      const isOnlyWay = account.source === `provider:${request.params.name}`;
      if (!isOnlyWay && (await unlinkAccount(db, request.params.name, account.id))) {
        const detail = { unlinked: request.params.name };
        await parts.record({ kind: 'account-changed', account: account.id, address: request.ip, detail });
      }
      return reply.redirect('/oidc/account', 303);
    },
  );
}

/** Links the signed-in account with the account at the provider, whose answer is the query. */
async function finishLinking(
  parts: IdentityParts,
  request: FastifyRequest,
  reply: FastifyReply,
  query: URLSearchParams,
) {
  const session = await accountSession(parts, request, reply);
  if (session === undefined) return reply;
  const words = wordsOf(request);
  const message = (status: number, text: string) =>
    sendPage(
      reply.code(status),
      messagePage(words.account, text, { href: '/oidc/account', text: words.account }),
      viewerOf(request),
    );
  const key = `link:${session.uid}`;
  const { account, secret } = (await takeSignIn(parts.db, key)) ?? {};
  try {
    const expected = await opened(parts, secret, key);
    if (expected === undefined || account !== session.account.id) return message(400, words.providerFailed);
    const user = await completeAt(parts, expected, query);
    const { provider, claims } = user;
    const other = await linkedAccount(parts.db, provider.name, claims.sub);
    if (other !== undefined && other !== account) return message(409, words.linkTaken);
    await linkAccount(parts.db, provider.name, claims.sub, account);
    await rememberExternal(parts, user);
    await parts.record({
      kind: 'account-changed',
      account,
      address: request.ip,
      detail: { linked: provider.name },
    });
    return message(200, fill(words.linked, { provider: provider.title }));
  } catch (error) {
    parts.logger.warn({ err: error }, 'could not link an account');
    return message(400, words.providerFailed);
  }
}

function signOutRoutes(scope: FastifyInstance, parts: IdentityParts): void {
  // The provider redirects here after a sign-out.
  scope.get(
    '/with/:name/out',
    operation({
      access: 'nothing',
      summary: 'The return URL after a sign-out at an external provider',
      answers: { 303: null },
    }),
    (request, reply) => reply.redirect(targetOf(parts, queryOf(request).get('state') ?? '') ?? '/', 303),
  );

  scope.post<Named>(
    '/with/:name/backchannel',
    operation({
      access: 'nothing',
      summary: 'Receives the sign-out of an external provider (OpenID Connect Back-Channel Logout)',
      answers: { 200: null },
    }),
    async (request, reply) => {
      reply.header('cache-control', 'no-store');
      const isTaken = await signedOutElsewhere(parts, request.params.name, formField(request, 'logout_token'));
      return isTaken ? reply.code(200).send() : reply.code(400).send({ error: 'invalid_request' });
    },
  );
}
