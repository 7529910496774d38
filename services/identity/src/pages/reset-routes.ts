import { formField } from '@alzette/kit/bodies';
import { html } from '@alzette/kit/html';
import { FORM, operation, PAGE } from '@alzette/kit/routes';
import type { FastifyInstance } from 'fastify';
import { sendResetLink, verifyEmail } from '../accounts/letters.ts';
import { passwordOf } from '../accounts/password-attempts.ts';
import { changePassword, faultOfPassword } from '../accounts/passwords.ts';
import type { IdentityParts } from '../parts.ts';
import { findAccount, findAccountByName, isUsable, updateAccount } from '../store/accounts.ts';
import { findOneTimeToken, takeOneTimeToken } from '../store/one-time-tokens.ts';
import { admitAttempt, forgetFailures } from '../store/throttle.ts';
import { fill, LANGUAGES } from '../texts/language.ts';
import { sendPage, viewerOf } from './layout.ts';
import { messagePage, newPasswordPage } from './sign-in-pages.ts';

/** The maximum number of links per account within about an hour, whoever requests them. */
const MAX_MAILS = 10;

/** `/oidc/reset`, `/oidc/verify`: links by e-mail for choosing a password and verifying an address. */
export function resetRoutes(scope: FastifyInstance, parts: IdentityParts): void {
  askRoutes(scope, parts);
  linkRoutes(scope, parts);
}

function askRoutes(scope: FastifyInstance, parts: IdentityParts): void {
  const { db, mail, logger } = parts;

  scope.get(
    '/reset',
    operation({ access: 'nothing', summary: 'The page to request a new password', answers: PAGE }),
    (request, reply) => {
      const viewer = viewerOf(request);
      const { words } = LANGUAGES[viewer.language];
      if (mail === undefined) {
        const link = { href: '/', text: words.back };
        return sendPage(reply, messagePage(words.reset, words.resetNoMail, link), viewer);
      }
      const body = html`<h1>${words.reset}</h1><p class="soft">${words.resetText}</p>
<form method="post" action="/oidc/reset">
<label>${words.name}<input name="name" autocomplete="username" autocapitalize="none" spellcheck="false" required></label>
<button>${words.resetSend}</button></form>`;
      return sendPage(reply, { title: words.reset, body }, viewer);
    },
  );

  scope.post(
    '/reset',
    operation({ access: 'nothing', summary: 'Form: sends a link to choose a password', answers: FORM }),
    async (request, reply) => {
      const viewer = { ...viewerOf(request), path: '/oidc/reset' };
      const { words } = LANGUAGES[viewer.language];
      const name = formField(request, 'name').trim();
      const account = await findAccountByName(db, name);
      const subject = `reset ${passwordOf(account === undefined ? { name } : { account: account.id })}`;
      const seconds = await admitAttempt(db, { subject, address: request.ip, everywhere: MAX_MAILS });
      if (seconds > 0) {
        const text = fill(words.blocked, { minutes: Math.ceil(seconds / 60) });
        return sendPage(reply.code(429).header('retry-after', seconds), messagePage(words.reset, text), viewer);
      }
      // The answer does not wait for the mail, so that its duration does not reveal whether the account exists.
      if (account !== undefined && isUsable(account) && account.source === 'local' && !account.isBreakGlass) {
        void parts
          .record({ kind: 'password-reset-asked', account: account.id, address: request.ip })
          .then(() => sendResetLink(parts, account, 'reset'))
          .catch((cause: unknown) => logger.error({ err: cause }, 'could not send a link to choose a password'));
      }
      return sendPage(reply, messagePage(words.resetSent, words.resetSentText), viewer);
    },
  );
}

function linkRoutes(scope: FastifyInstance, parts: IdentityParts): void {
  const { db } = parts;
  scope.get<{ Params: { token: string } }>(
    '/reset/:token',
    operation({ access: 'nothing', summary: 'The page of a password link, to set a new password', answers: PAGE }),
    async (request, reply) => {
      const viewer = viewerOf(request);
      const { words } = LANGUAGES[viewer.language];
      const owner = await findOneTimeToken(db, request.params.token, 'reset');
      if (owner === undefined) {
        const link = { href: '/oidc/reset', text: words.reset };
        return sendPage(reply.code(410), messagePage(words.linkExpired, words.linkExpiredText, link), viewer);
      }
      return sendPage(reply, newPasswordPage({ language: viewer.language, at: viewer.path }), viewer);
    },
  );

  scope.post<{ Params: { token: string } }>(
    '/reset/:token',
    operation({ access: 'nothing', summary: 'Form: sets the password', answers: FORM }),
    async (request, reply) => {
      const viewer = viewerOf(request);
      const { token } = request.params;
      const { words } = LANGUAGES[viewer.language];
      const password = formField(request, 'password');
      const named = await findOneTimeToken(db, token, 'reset');
      const account = named && (await findAccount(db, named.account));
      const fault = account && faultOfPassword(account, password);
      if (fault !== undefined) {
        const problem = words.fault[fault];
        return sendPage(reply.code(400), newPasswordPage({ ...viewer, at: viewer.path, problem }), viewer);
      }
      // Taken before the password is set, so that of two requests at once only one sets it.
      const owner = account && isUsable(account) ? await takeOneTimeToken(db, token, 'reset') : undefined;
      if (owner === undefined || account === undefined) {
        const link = { href: '/oidc/reset', text: words.reset };
        return sendPage(reply.code(410), messagePage(words.linkExpired, words.linkExpiredText, link), viewer);
      }
      await changePassword(parts, account, password);
      // A user who opened the link has received the mail, so the address is verified.
      if (owner.email !== null && owner.email === account.email) {
        await updateAccount(db, account.id, { emailVerified: true });
      }
      await forgetFailures(db, passwordOf({ account: account.id }));
      return sendPage(reply, messagePage(words.newPassword, words.changed, { href: '/', text: words.back }), viewer);
    },
  );

  scope.get<{ Params: { token: string } }>(
    '/verify/:token',
    operation({ access: 'nothing', summary: 'Verifies an e-mail address', answers: PAGE }),
    async (request, reply) => {
      const viewer = { ...viewerOf(request), path: '/oidc/account' };
      const { words } = LANGUAGES[viewer.language];
      const isGood = await verifyEmail(parts, request.params.token);
      const link = { href: '/oidc/account', text: words.account };
      return isGood
        ? sendPage(reply, messagePage(words.verified, '', link), viewer)
        : sendPage(reply.code(410), messagePage(words.linkExpired, words.linkExpiredText, link), viewer);
    },
  );
}
