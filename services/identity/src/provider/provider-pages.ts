import { html, trusted } from '@alzette/kit/html';
import type { ErrorOut, KoaContextWithOIDC } from 'oidc-provider';
import { type Page, pageHeaders, renderPage, viewerOf } from '../pages/layout.ts';
import { fill, LANGUAGES } from '../texts/language.ts';
import { FIRST_PARTY } from './first-party-clients.ts';

/** The pages that the provider shows: device codes, sign-out, errors. */
export interface ProviderPages {
  deviceCode(ctx: KoaContextWithOIDC, form: string, out?: ErrorOut, error?: Error): Promise<void>;
  deviceConfirmation(
    ctx: KoaContextWithOIDC,
    form: string,
    client: unknown,
    deviceInfo: unknown,
    userCode: string,
  ): Promise<void>;
  deviceDone(ctx: KoaContextWithOIDC): Promise<void>;
  /** Shown when the form does not come from an open page of ours. */
  deviceExpired(ctx: KoaContextWithOIDC): Promise<void>;
  signOut(ctx: KoaContextWithOIDC, form: string): Promise<void>;
  signedOut(ctx: KoaContextWithOIDC): Promise<void>;
  error(ctx: KoaContextWithOIDC, out: ErrorOut, error: Error): Promise<void>;
  /** Shown after too many wrong codes. */
  blocked(ctx: KoaContextWithOIDC, seconds: number): Promise<void>;
}

// Longer than 80 lines: one page for each moment at which the provider asks for one.
/** @param signOutTargets origins that a sign-out may redirect to */
export const providerPages = (signOutTargets: () => Promise<readonly string[]>): ProviderPages => ({
  async deviceCode(ctx, form, _out, error) {
    const words = wordsOf(ctx);
    const { action, xsrf, code } = formParts(form);
    show(ctx, {
      title: words.device,
      body: html`<h1>${words.device}</h1>
        ${error && html`<p class="notice alarm" role="alert">${words.deviceWrong}</p>`}
        <form method="post" action="${action}">
          <input type="hidden" name="xsrf" value="${xsrf}">
          <label>${words.deviceCode}<input name="user_code" value="${code}" required autocomplete="off" autocapitalize="characters" spellcheck="false"></label>
          <button>${words.continue}</button>
        </form>`,
    });
  },
  async deviceConfirmation(ctx, form, _client, _deviceInfo, userCode) {
    const words = wordsOf(ctx);
    show(ctx, {
      title: words.device,
      body: html`<h1>${words.device}</h1>
        <p>${fill(words.deviceConfirm, { client: clientName(ctx) })}</p>
        <p class="code"><strong>${userCode}</strong></p>
        <p class="soft">${words.deviceConfirmText}</p>
        ${trusted(form)}
        <div class="choices"><button form="op.deviceConfirmForm">${words.continue}</button>
        <button class="quiet" form="op.deviceConfirmForm" name="abort" value="yes">${words.cancel}</button></div>`,
    });
  },
  async deviceDone(ctx) {
    const words = wordsOf(ctx);
    show(ctx, {
      title: words.deviceDone,
      body: html`<h1>${words.deviceDone}</h1><p>${words.deviceDoneText}</p>`,
    });
  },
  async deviceExpired(ctx) {
    const words = wordsOf(ctx);
    show(ctx, {
      title: words.expired,
      body: html`<h1>${words.expired}</h1><p><a href="/oidc/device">${words.device}</a></p>`,
    });
  },
  async signOut(ctx, form) {
    const words = wordsOf(ctx);
    // Only the holder of an ID token can have sent the user here from one of our own pages.
    const targets = await signOutTargets();
    const isAsked = ctx.oidc.entities.IdTokenHint !== undefined && FIRST_PARTY.has(ctx.oidc.client?.clientId ?? '');
    const page = {
      title: words.signOut,
      scripts: isAsked ? ['submit.js'] : [],
      body: html`<h1>${words.signOut}</h1><p>${words.signOutText}</p>
        ${trusted(form)}
        <div class="choices"><button form="op.logoutForm" name="logout" value="yes" ${isAsked && trusted('data-submit')}>${words.signOut}</button>
        <button class="quiet" form="op.logoutForm">${words.stay}</button></div>`,
    };
    show(ctx, page, targets);
  },
  async signedOut(ctx) {
    const words = wordsOf(ctx);
    show(ctx, {
      title: words.signedOut,
      body: html`<h1>${words.signedOut}</h1><p><a href="/">${words.back}</a></p>`,
    });
  },
  async blocked(ctx, seconds) {
    const words = wordsOf(ctx);
    const text = fill(words.blocked, { minutes: Math.ceil(seconds / 60) });
    show(ctx, {
      title: words.device,
      body: html`<h1>${words.device}</h1><p class="notice alarm" role="alert">${text}</p>`,
    });
  },
  async error(ctx, out) {
    const words = wordsOf(ctx);
    show(ctx, {
      title: words.failed,
      body: html`<h1>${words.failed}</h1>
        <p>${out.error_description ?? out.error}</p><p class="soft code">${out.error}</p>
        <p><a href="/">${words.back}</a></p>`,
    });
  },
});

function show(ctx: KoaContextWithOIDC, page: Page, targets: readonly string[] = []): void {
  const target = ctx.oidc?.params?.post_logout_redirect_uri;
  const origin = typeof target === 'string' ? URL.parse(target)?.origin : undefined;
  for (const [name, value] of Object.entries(pageHeaders(origin === undefined ? targets : [origin, ...targets])))
    ctx.set(name, value);
  ctx.type = 'html';
  const url = ctx.method === 'GET' ? (ctx.req as { originalUrl?: string }).originalUrl : undefined;
  ctx.body = renderPage(page, viewerOf({ headers: ctx.headers, url: url ?? '/oidc/account' }));
}

function wordsOf(ctx: KoaContextWithOIDC) {
  return LANGUAGES[viewerOf({ headers: ctx.headers }).language].words;
}

function clientName(ctx: KoaContextWithOIDC): string {
  return ctx.oidc.client?.clientName ?? ctx.oidc.client?.clientId ?? '';
}

/**
 * The provider's form has a field without a label and a script in an attribute, so its values are moved to our own
 * form.
 */
function formParts(form: string): { action: string; xsrf: string; code: string } {
  const attribute = (pattern: RegExp) => pattern.exec(form)?.[1] ?? '';
  return {
    action: attribute(/action="([^"]*)"/),
    xsrf: attribute(/name="xsrf" value="([^"]*)"/),
    code: attribute(/<input\s+value="([^"]*)"/),
  };
}
