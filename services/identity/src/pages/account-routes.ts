import { randomUUID } from 'node:crypto';
import { formField } from '@alzette/kit/bodies';
import { html } from '@alzette/kit/html';
import { DOCUMENT, FORM, operation, PAGE } from '@alzette/kit/routes';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sendVerificationLink } from '../accounts/letters.ts';
import { newPasskeyOptions, registerPasskey } from '../accounts/passkeys.ts';
import { passwordOf } from '../accounts/password-attempts.ts';
import { isPasswordOf } from '../accounts/password-hash.ts';
import { changePassword } from '../accounts/passwords.ts';
import { eraseAccount, exportAccount } from '../accounts/personal-data.ts';
import { languageOfEntry, registerOfProcessing } from '../accounts/register.ts';
import type { Processing } from '../contract/settings.ts';
import type { IdentityParts } from '../parts.ts';
import { passwordHash } from '../store/accounts.ts';
import { eventsOf } from '../store/events.ts';
import { externalAccountsOf } from '../store/personal-data.ts';
import { endSession, sessionsOf } from '../store/records.ts';
import { deletePasskey, passkeysOf } from '../store/second-factors.ts';
import { saveSignIn, takeSignIn } from '../store/sign-ins.ts';
import { admitAttempt, succeeded } from '../store/throttle.ts';
import { fill, LANGUAGES } from '../texts/language.ts';
import { accountPage } from './account-page.ts';
import { type AccountSession, accountSession, checkToken, SIGN_IN_AGAIN, signInAddress } from './account-session.ts';
import { knownBrowser } from './known-browser.ts';
import { sendPage, viewerOf } from './layout.ts';
import { messagePage } from './sign-in-pages.ts';

const SHOWN_EVENTS = 12;

type SessionHandler = (session: AccountSession, request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;
type Act = (path: string, summary: string, handler: SessionHandler) => void;

/** `/oidc/account`: sessions, password, passkeys and data of the user; `/oidc/privacy`: the register of processing. */
export function accountRoutes(scope: FastifyInstance, parts: IdentityParts): void {
  /** Handles a form for a signed-in user whose form token shows that it came from our page. */
  const act: Act = (path, summary, handler) => {
    scope.post(path, operation({ access: 'nothing', summary, answers: FORM }), async (request, reply) => {
      const session = await accountSession(parts, request, reply);
      if (session === undefined) return reply;
      checkToken(session, formField(request, 'token') || String(request.headers['x-csrf-token'] ?? ''));
      return handler(session, request, reply);
    });
  };
  accountPageRoutes(scope, parts);
  dataActs(act, parts);
  passwordAct(act, parts);
  passkeyActs(act, parts);
  privacyRoute(scope, parts);
}

async function showAccount(
  parts: IdentityParts,
  request: FastifyRequest,
  reply: FastifyReply,
  session: AccountSession,
  messages: { readonly problem?: string; readonly confirmation?: string } = {},
) {
  const { db, secrets } = parts;
  const viewer = { ...viewerOf(request), path: '/oidc/account' };
  const { id } = session.account;
  const providers = await parts.external.offered();
  const page = accountPage({
    ...session,
    ...messages,
    language: viewer.language,
    sessions: await sessionsOf(db, secrets, id),
    passkeys: await passkeysOf(db, id),
    events: await eventsOf(db, id, SHOWN_EVENTS),
    canSendMail: parts.mail !== undefined,
    providers,
    linked: (await externalAccountsOf(db, id)).map(({ provider }) => provider),
  });
  const targets = providers.map(({ issuer }) => new URL(issuer).origin);
  return sendPage(reply, page, viewer, targets);
}

function idOf(request: FastifyRequest): string {
  return (request.params as { id: string }).id;
}

function wordsOf(request: FastifyRequest) {
  return LANGUAGES[viewerOf(request).language].words;
}

function accountPageRoutes(scope: FastifyInstance, parts: IdentityParts): void {
  scope.get(
    '/account',
    operation({ access: 'nothing', summary: 'The page of the user’s own account', answers: FORM }),
    async (request, reply) => {
      const session = await accountSession(parts, request, reply);
      return session ? showAccount(parts, request, reply, session) : reply;
    },
  );

  scope.get(
    '/account/again',
    operation({
      access: 'nothing',
      summary: 'Redirects to a new sign-in, before a change of credentials',
      answers: { 303: null },
    }),
    (_request, reply) => reply.redirect(signInAddress(parts.publicUrl, 'login'), 303),
  );

  scope.get(
    '/account/export',
    operation({ access: 'nothing', summary: 'All data about the user', answers: { ...DOCUMENT, 303: null } }),
    async (request, reply) => {
      const session = await accountSession(parts, request, reply);
      if (session === undefined) return reply;
      reply.header('content-disposition', 'attachment; filename="alzette-account.json"');
      return exportAccount(parts, session.account, request.ip);
    },
  );
}

function dataActs(act: Act, parts: IdentityParts): void {
  const { db, secrets } = parts;
  act('/account/erase', 'Form: erases one’s own account', async ({ account }, request, reply) => {
    if (formField(request, 'sure') !== 'yes') return reply.redirect('/oidc/account', 303);
    await eraseAccount(parts, account.id);
    const words = wordsOf(request);
    return sendPage(reply, messagePage(words.erased, '', { href: '/', text: words.back }), viewerOf(request));
  });

  act('/account/sessions/:id', 'Form: ends one of one’s own sessions', async ({ account }, request, reply) => {
    await parts.recording({ kind: 'signed-out', account: account.id, address: request.ip }, async () => {
      const uid = await endSession(db, secrets, account.id, idOf(request));
      if (uid !== undefined) await parts.revokeSession(uid);
      return uid !== undefined;
    });
    return reply.redirect('/oidc/account', 303);
  });

  act('/account/verify', 'Form: sends a link that proves one’s e-mail address', async (session, request, reply) => {
    await sendVerificationLink(parts, session.account);
    return showAccount(parts, request, reply, session, { confirmation: wordsOf(request).verifySent });
  });
}

function passwordAct(act: Act, parts: IdentityParts): void {
  const { db } = parts;
  act('/account/password', 'Form: changes one’s own password', async (session, request, reply) => {
    const { account } = session;
    const words = wordsOf(request);
    const browser = knownBrowser(parts, request, account.id);
    const attempt = { subject: passwordOf({ account: account.id }), address: request.ip, browser };
    const seconds = await admitAttempt(db, attempt);
    if (seconds > 0) {
      const problem = fill(words.blocked, { minutes: Math.ceil(seconds / 60) });
      return showAccount(parts, request, reply.code(429), session, { problem });
    }
    if (!(await isPasswordOf(await passwordHash(db, account.id), formField(request, 'current')))) {
      return showAccount(parts, request, reply.code(401), session, { problem: words.wrong });
    }
    await succeeded(db, attempt);
    const fault = await changePassword(parts, account, formField(request, 'password'));
    if (fault !== undefined)
      return showAccount(parts, request, reply.code(400), session, { problem: words.fault[fault] });
    const link = { href: '/oidc/account', text: words.signIn };
    return sendPage(reply, messagePage(words.newPassword, words.changed, link), viewerOf(request));
  });
}

function passkeyActs(act: Act, parts: IdentityParts): void {
  const { db, publicUrl } = parts;
  /** Requires a recent sign-in; others are redirected to sign in again. */
  const actRecently: Act = (path, summary, handler) =>
    act(path, summary, async (session, request, reply) => {
      if (session.isRecent) return handler(session, request, reply);
      const isForm = /^application\/x-www-form-urlencoded/.test(request.headers['content-type'] ?? '');
      return isForm ? reply.redirect(SIGN_IN_AGAIN, 303) : reply.code(403).send({ to: SIGN_IN_AGAIN });
    });
  actRecently('/account/passkeys/options', 'What a browser makes a passkey of', async ({ account, uid }) => {
    const options = await newPasskeyOptions(db, publicUrl, account);
    await saveSignIn(db, `passkey:${uid}`, { account: account.id, amr: [], challenge: options.challenge });
    return options;
  });

  actRecently('/account/passkeys', 'Adds a passkey', async ({ account, uid }, request, reply) => {
    const { challenge } = (await takeSignIn(db, `passkey:${uid}`)) ?? {};
    const name = fill(wordsOf(request).passkeyName, { date: new Date().toISOString().slice(0, 10) });
    if (challenge === undefined) return reply.code(400).send({});
    const isNew = await parts.recording({ kind: 'second-factor-added', account: account.id, address: request.ip }, () =>
      registerPasskey(db, publicUrl, { account: account.id, name, challenge, response: request.body }),
    );
    if (!isNew) return reply.code(400).send({});
    return { to: `/oidc/account?${randomUUID().slice(0, 4)}` };
  });

  actRecently('/account/passkeys/:id/remove', 'Form: removes a passkey', async ({ account }, request, reply) => {
    await parts.recording({ kind: 'second-factor-removed', account: account.id, address: request.ip }, () =>
      deletePasskey(db, account.id, idOf(request)),
    );
    return reply.redirect('/oidc/account', 303);
  });
}

function privacyRoute(scope: FastifyInstance, { db }: IdentityParts): void {
  scope.get(
    '/privacy',
    operation({ access: 'nothing', summary: 'The public register of processing', answers: PAGE }),
    async (request, reply) => {
      const viewer = viewerOf(request);
      const { language } = viewer;
      const { words } = LANGUAGES[language];
      const entries = await registerOfProcessing(db);
      const body = html`<h1>${words.register}</h1>${entries.map((entry) => {
        const written = languageOfEntry(entry, language);
        const text = (part: keyof Omit<Processing, 'id'>) => entry[part][written] ?? entry[part].en;
        return html`<div lang="${written}"><h2>${text('title')}</h2><dl>
<dt>${words.purpose}</dt><dd>${text('purpose')}</dd><dt>${words.basis}</dt><dd>${text('basis')}</dd>
<dt>${words.data}</dt><dd>${text('data')}</dd><dt>${words.people}</dt><dd>${text('people')}</dd>
<dt>${words.recipients}</dt><dd>${text('recipients')}</dd><dt>${words.kept}</dt><dd>${text('kept')}</dd>
<dt>${words.measures}</dt><dd>${text('measures')}</dd></dl></div>`;
      })}`;
      return sendPage(reply, { title: words.register, wide: true, body }, viewer);
    },
  );
}
