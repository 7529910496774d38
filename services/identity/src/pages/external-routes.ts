import { formField } from '@alzette/kit/bodies';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { accountOfExternal, factorsOf, rememberExternal } from '../federation/external-account.ts';
import { beginAt, completeAt, type Expected } from '../federation/external-sign-in.ts';
import { signedOutElsewhere, targetOf } from '../federation/external-sign-out.ts';
import type { IdentityParts } from '../parts.ts';
import { linkAccount, linkedAccount, unlinkAccount } from '../store/external-providers.ts';
import { saveSignIn, takeSignIn } from '../store/sign-ins.ts';
import { accountSession, checkToken, SIGN_IN_AGAIN } from './account-session.ts';
import { advance, showStep, stepOf } from './interaction.ts';
import { fill, LANGUAGES } from './language.ts';
import { sendPage, viewerOf } from './layout.ts';
import { messagePage } from './sign-in-pages.ts';

interface Named {
  Params: { name: string; uid: string };
}

const LINKING = 'link';

/**
 * Signing in by providers of others. They lead back to `/oidc/with/:name`; from there one comes to the interaction or the
 * account page that it began at, whose cookie then shows that it is the same browser.
 */
export function externalRoutes(scope: FastifyInstance, parts: IdentityParts): void {
  const { db, secrets, publicUrl } = parts;
  const queryOf = (request: FastifyRequest) => new URL(request.url, publicUrl).searchParams;
  const wordsOf = (request: FastifyRequest) => LANGUAGES[viewerOf(request).language].words;
  const sealed = (expected: Expected, owner: string) => secrets.seal(JSON.stringify(expected), owner);
  const opened = async (text: string | undefined, owner: string): Promise<Expected | undefined> =>
    text === undefined ? undefined : (JSON.parse(await secrets.open(text, owner)) as Expected); // as it was sealed

  scope.get<Named>('/interaction/:uid/with/:name', async (request, reply) => {
    const step = await stepOf(parts, request, reply);
    if (step === undefined) return reply;
    const { uid } = step.details;
    try {
      const { to, expected } = await beginAt(parts, request.params.name, uid);
      await saveSignIn(db, uid, { amr: [], secret: await sealed(expected, uid) });
      return reply.redirect(to.href, 303);
    } catch (error) {
      parts.logger.warn({ err: error, provider: request.params.name }, 'a provider could not be asked');
      return showStep(parts, reply.code(502), step, wordsOf(request).providerSilent);
    }
  });

  scope.get<Named>('/with/:name', async (request, reply) => {
    const query = queryOf(request);
    const at = (query.get('state') ?? '').split('.')[0] ?? '';
    if (at === LINKING) return finishLinking(request, reply, query);
    const { name } = request.params;
    return reply.redirect(`/oidc/interaction/${encodeURIComponent(at)}/back/${encodeURIComponent(name)}?${query}`, 303);
  });

  scope.get<Named>('/interaction/:uid/back/:name', async (request, reply) => {
    const step = await stepOf(parts, request, reply);
    if (step === undefined) return reply;
    const { uid } = step.details;
    const expected = await opened((await takeSignIn(db, uid))?.secret, uid).catch(() => undefined);
    const words = wordsOf(request);
    if (expected === undefined || expected.provider !== request.params.name) {
      return showStep(parts, reply.code(400), { ...step, signIn: { amr: [] } }, words.providerFailed);
    }
    const fresh = { ...step, signIn: { amr: [] }, account: undefined };
    try {
      const user = await completeAt(parts, expected, queryOf(request));
      const account = await accountOfExternal(parts, user);
      if (account === undefined) {
        await failed(request, expected.provider, 'no account');
        return showStep(parts, reply.code(403), fresh, words.providerUnknown);
      }
      return reply.redirect(await advance(parts, request, reply, step, { account, amr: factorsOf(user) }), 303);
    } catch (error) {
      parts.logger.warn({ err: error, provider: expected.provider }, 'a sign-in by a provider has failed');
      await failed(request, expected.provider, 'provider');
      return showStep(parts, reply.code(400), fresh, words.providerFailed);
    }
  });

  const failed = (request: FastifyRequest, provider: string, reason: string) =>
    parts.record({ kind: 'sign-in-failed', address: request.ip, detail: { reason, provider } });

  scope.post<Named>('/account/link/:name', async (request, reply) => {
    const session = await accountSession(parts, request, reply);
    if (session === undefined) return reply;
    checkToken(session, formField(request, 'token'));
    if (!session.isRecent) return reply.redirect(SIGN_IN_AGAIN, 303);
    const { to, expected } = await beginAt(parts, request.params.name, LINKING);
    const key = `link:${session.uid}`;
    await saveSignIn(db, key, { account: session.account.id, amr: [], secret: await sealed(expected, key) });
    return reply.redirect(to.href, 303);
  });

  async function finishLinking(request: FastifyRequest, reply: FastifyReply, query: URLSearchParams) {
    const session = await accountSession(parts, request, reply);
    if (session === undefined) return reply;
    const words = wordsOf(request);
    const tell = (status: number, text: string) =>
      sendPage(
        reply.code(status),
        messagePage(words.account, text, { href: '/oidc/account', text: words.account }),
        viewerOf(request),
      );
    const key = `link:${session.uid}`;
    const { account, secret } = (await takeSignIn(db, key)) ?? {};
    try {
      const expected = await opened(secret, key);
      if (expected === undefined || account !== session.account.id) return tell(400, words.providerFailed);
      const user = await completeAt(parts, expected, query);
      const { provider, claims } = user;
      const other = await linkedAccount(db, provider.name, claims.sub);
      if (other !== undefined && other !== account) return tell(409, words.linkTaken);
      await linkAccount(db, provider.name, claims.sub, account);
      await rememberExternal(parts, user);
      await parts.record({
        kind: 'account-changed',
        account,
        address: request.ip,
        detail: { linked: provider.name },
      });
      return tell(200, fill(words.linked, { provider: provider.title }));
    } catch (error) {
      parts.logger.warn({ err: error }, 'an account could not be linked');
      return tell(400, words.providerFailed);
    }
  }

  scope.post<Named>('/account/unlink/:name', async (request, reply) => {
    const session = await accountSession(parts, request, reply);
    if (session === undefined) return reply;
    checkToken(session, formField(request, 'token'));
    const { account } = session;
    // Who came by it has no other way in.
    const isOnlyWay = account.source === `provider:${request.params.name}`;
    if (!isOnlyWay && (await unlinkAccount(db, request.params.name, account.id))) {
      const detail = { unlinked: request.params.name };
      await parts.record({ kind: 'account-changed', account: account.id, address: request.ip, detail });
    }
    return reply.redirect('/oidc/account', 303);
  });

  // Where a provider leads back to after a sign-out there.
  scope.get('/with/:name/out', (request, reply) =>
    reply.redirect(targetOf(parts, queryOf(request).get('state') ?? '') ?? '/', 303),
  );

  scope.post<Named>('/with/:name/backchannel', async (request, reply) => {
    reply.header('cache-control', 'no-store');
    const isTaken = await signedOutElsewhere(parts, request.params.name, formField(request, 'logout_token'));
    return isTaken ? reply.code(200).send() : reply.code(400).send({ error: 'invalid_request' });
  });
}
