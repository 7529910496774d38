import { type Html, html } from '@alzette/kit/html';
import { type Account, fullName } from '../store/accounts.ts';
import type { KeptEvent } from '../store/events.ts';
import type { SessionSummary } from '../store/records.ts';
import type { Passkey } from '../store/second-factors.ts';
import { fill, LANGUAGES, type Language } from '../texts/language.ts';
import { SIGN_IN_AGAIN } from './account-session.ts';
import { alarm, notice, passwordField, showPassword } from './form.ts';
import type { Page } from './layout.ts';

interface AccountView {
  readonly language: Language;
  readonly account: Account;
  readonly token: string;
  /** The uid of the viewer's session. */
  readonly uid: string;
  /** Whether the user has signed in recently, and so may change credentials. */
  readonly isRecent: boolean;
  readonly sessions: readonly SessionSummary[];
  readonly passkeys: readonly Passkey[];
  readonly events: readonly KeptEvent[];
  readonly canSendMail: boolean;
  readonly providers: readonly { readonly name: string; readonly title: string }[];
  /** Names of the providers that the account is linked with. */
  readonly linked: readonly string[];
  readonly problem?: string | undefined;
  readonly confirmation?: string | undefined;
}

// Longer than 80 lines: one page of HTML.
/** The page of a user's own account. */
export function accountPage(view: AccountView): Page {
  const { language, account, token, isRecent, sessions, passkeys, events } = view;
  const { words } = LANGUAGES[language];
  const date = (at: Date) =>
    at.toLocaleString(language, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'Europe/Paris' });
  const form = (path: string, content: Html) =>
    html`<form method="post" action="/oidc/account/${path}"><input type="hidden" name="token" value="${token}">${content}</form>`;
  const row = (text: Html | string, action: Html | false) => html`<li class="row"><span>${text}</span>${action}</li>`;
  const mailState = account.emailVerified ? words.emailVerified : words.emailNotVerified;
  const canVerify = view.canSendMail && account.email !== undefined && !account.emailVerified;
  return {
    title: words.account,
    wide: true,
    scripts: ['passkey.js', 'password.js'],
    body: html`<h1>${words.account}</h1>
<p class="soft">${fill(words.signedInAs, { name: fullName(account) })}</p>
${alarm(view.problem)}${notice(view.confirmation)}
<dl>
<dt>${words.name}</dt><dd>${account.username}</dd>
<dt>${words.email}</dt><dd>${account.email ? `${account.email} (${mailState})` : words.none}</dd>
<dt>${words.organisation}</dt><dd>${account.organisation ?? words.none}</dd>
<dt>${words.roles}</dt><dd>${account.effectiveRoles.join(', ') || words.none}</dd>
<dt>${words.groups}</dt><dd>${account.groups.join(', ') || words.none}</dd>
</dl>
${canVerify && form('verify', html`<button class="quiet">${words.verifySend}</button>`)}
<h2>${words.sessions}</h2>
<ul class="plain">${sessions.map((session) =>
      row(
        html`${fill(words.since, { date: date(session.signedInAt) })} · ${session.clients.join(', ')}${session.uid === view.uid && ` · ${words.thisSession}`}`,
        form(`sessions/${session.id}`, html`<button class="quiet">${words.end}</button>`),
      ),
    )}</ul>
<h2>${words.security}</h2>
${
  account.hasPassword &&
  form(
    'password',
    html`<input type="hidden" name="username" value="${account.username}">
${passwordField(words, { label: words.currentPassword, name: 'current', isNew: false })}
${passwordField(words, { label: words.newPassword, name: 'password', isNew: true })}
${showPassword(words)}<button class="quiet">${words.save}</button>`,
  )
}
<h3>${words.passkeys}</h3>
${!isRecent && html`<p><a class="button quiet" href="${SIGN_IN_AGAIN}">${words.signInAgain}</a></p>`}
<p class="notice alarm" role="alert" id="passkey-problem" hidden>${words.passkeyFailed}</p>
<ul class="plain">${passkeys.map((passkey) =>
      row(
        passkey.name,
        isRecent && form(`passkeys/${passkey.id}/remove`, html`<button class="danger">${words.remove}</button>`),
      ),
    )}</ul>
${isRecent && html`<button class="quiet" type="button" data-passkey="/oidc/account/passkeys" data-adds data-token="${token}">${words.passkeyAdd}</button>`}
${
  view.providers.length > 0 &&
  html`<h3>${words.otherWays}</h3>
<ul class="plain">${view.providers.map(({ name, title }) =>
    row(
      title,
      !view.linked.includes(name)
        ? form(`link/${name}`, html`<button class="quiet">${fill(words.link, { provider: title })}</button>`)
        : account.source !== `provider:${name}` &&
            form(`unlink/${name}`, html`<button class="danger">${words.unlink}</button>`),
    ),
  )}</ul>`
}
<h2>${words.recent}</h2>
<ul class="plain">${events.map((event) => row(`${date(event.at)} · ${words.event[event.kind] ?? event.kind}`, html`<span class="soft">${event.address ?? ''}</span>`))}</ul>
<h2>${words.yourData}</h2>
<p><a href="/oidc/account/export" download>${words.export}</a></p>
<p><a href="/oidc/privacy">${words.privacy}</a></p>
${
  account.source === 'local' &&
  form(
    'erase',
    html`<p class="soft">${words.eraseText}</p>
<label class="check"><input type="checkbox" name="sure" value="yes" required>${words.eraseConfirm}</label>
<button class="danger">${words.erase}</button>`,
  )
}`,
  };
}
