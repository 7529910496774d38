import { html, trusted } from '@alzette/kit/html';
import type { Language } from '../texts/language.ts';
import { fill, LANGUAGES } from '../texts/language.ts';
import { alarm, passwordField, showPassword } from './form.ts';
import type { Page } from './layout.ts';

interface SignInPage {
  readonly language: Language;
  /** `/oidc/interaction/…`: the base URL of the forms. */
  readonly at: string;
  readonly problem?: string | undefined;
}

export function passwordPage(
  page: SignInPage & {
    readonly client: string;
    readonly name: string;
    readonly providers: readonly { readonly name: string; readonly title: string }[];
  },
): Page {
  const { at, problem, client, name, providers } = page;
  const { words } = LANGUAGES[page.language];
  return {
    title: words.signIn,
    scripts: ['passkey.js', 'password.js'],
    body: html`<h1>${words.signIn}</h1>
<p class="soft">${fill(words.signInTo, { client })}</p>
${alarm(problem)}
<p class="notice alarm" role="alert" id="passkey-problem" hidden>${words.passkeyFailed}</p>
<form method="post" action="${at}/password">
<label>${words.name}<input name="name" value="${name}" autocomplete="username webauthn" autocapitalize="none" spellcheck="false" required ${name === '' && trusted('autofocus')}></label>
${passwordField(words, { label: words.password, name: 'password', isNew: false })}
${showPassword(words)}
<button>${words.signIn}</button>
</form>
<p><a href="/oidc/reset">${words.forgotten}</a></p>
<p class="or" aria-hidden="true">${words.or}</p>
<div class="choices">
<button class="quiet" type="button" data-passkey="${at}/passkey">${words.withPasskey}</button>
${providers.map(
  (provider) =>
    html`<a class="button quiet" href="${at}/with/${provider.name}">${fill(words.withProvider, { provider: provider.title })}</a>`,
)}
</div>`,
  };
}

export function codePage({ language, at, problem, hasTotp }: SignInPage & { readonly hasTotp: boolean }): Page {
  const { words } = LANGUAGES[language];
  return {
    title: words.secondFactor,
    scripts: ['passkey.js'],
    body: html`<h1>${words.secondFactor}</h1>
${alarm(problem)}
<p class="notice alarm" role="alert" id="passkey-problem" hidden>${words.passkeyFailed}</p>
${
  hasTotp &&
  html`<p class="soft">${words.codeText}</p>
<form method="post" action="${at}/code">
${codeField(words.code)}
<button>${words.continue}</button>
</form>
<p class="or" aria-hidden="true">${words.or}</p>`
}
<div class="choices"><button class="quiet" type="button" data-passkey="${at}/passkey">${words.withPasskey}</button></div>
${cancelForm(at, words.cancel)}`,
  };
}

export async function enrolPage(
  page: SignInPage & { readonly secret: string; readonly address: string; readonly cancel?: string },
): Promise<Page> {
  const { at, problem, secret, address, cancel } = page;
  const { words } = LANGUAGES[page.language];
  const { encodeQR } = await import('qr'); // loaded here because few users need it
  const qr = encodeQR(address, 'svg', { border: 1 });
  return {
    title: words.enrol,
    body: html`<h1>${words.enrol}</h1>
<p class="soft">${words.enrolText}</p>
${alarm(problem)}
<div class="qr" role="img" aria-label="${words.qrCode}">${trusted(qr)}</div>
<p>${words.enrolSecret} <span class="code">${secret}</span></p>
<form method="post" action="${at}/enrol">
${codeField(words.code)}
<button>${words.continue}</button>
</form>
${cancel === undefined ? cancelForm(at, words.cancel) : html`<p><a href="${cancel}">${words.cancel}</a></p>`}`,
  };
}

export function newPasswordPage({ language, at, problem, given }: SignInPage & { readonly given?: boolean }): Page {
  const { words } = LANGUAGES[language];
  return {
    title: words.newPassword,
    scripts: ['password.js'],
    body: html`<h1>${given ? words.mustChange : words.newPassword}</h1>
${given && html`<p class="soft">${words.mustChangeText}</p>`}
${alarm(problem)}
<form method="post" action="${at}">
${passwordField(words, { label: words.newPassword, name: 'password', isNew: true })}
${showPassword(words)}
<button>${words.save}</button>
</form>`,
  };
}

export function consentPage({
  language,
  at,
  client,
  scopes,
}: SignInPage & { readonly client: string; readonly scopes: readonly string[] }): Page {
  const { words } = LANGUAGES[language];
  return {
    title: words.consent,
    body: html`<h1>${fill(words.consent, { client })}</h1>
<p>${fill(words.consentText, { client })}</p>
<ul>${scopes.map((scope) => html`<li>${words.scope[scope] ?? scope}</li>`)}</ul>
<form method="post" action="${at}/consent"><button>${words.allow}</button></form>
${cancelForm(at, words.refuse)}`,
  };
}

export function messagePage(title: string, text: string, link?: { href: string; text: string }): Page {
  return {
    title,
    body: html`<h1>${title}</h1><p>${text}</p>${link && html`<p><a href="${link.href}">${link.text}</a></p>`}`,
  };
}

function codeField(label: string) {
  return html`<label>${label}<input name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="7" required autofocus></label>`;
}

function cancelForm(at: string, label: string) {
  return html`<form method="post" action="${at}/abort"><button class="quiet">${label}</button></form>`;
}
