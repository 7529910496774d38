import { type Html, html } from '@alzette/kit/html';
import type { Language } from '@alzette/kit/languages';
import type { DEVELOPER_WORDS } from './developer-words.ts';

type Words = (typeof DEVELOPER_WORDS)[Language];

/** What became of the form that was sent, if one was. */
export type Done =
  | { readonly form: 'none' }
  | { readonly form: 'ask'; readonly state: 'asked' | 'incomplete' | 'tooMany' }
  /** Without a key: there are too many. */
  | { readonly form: 'sandbox'; readonly key: string | undefined }
  | { readonly form: 'webhook'; readonly id: string; readonly secret: string }
  | { readonly form: 'refused'; readonly detail: string }
  | { readonly form: 'use'; readonly use: UseOfKey | undefined };

/** What a key may do, and what it was used for. */
export interface UseOfKey {
  readonly title: string;
  readonly may: { readonly [action: string]: boolean };
  readonly expiresAt?: string;
  readonly limits?: readonly { readonly requests: number; readonly per: 'minute' | 'hour' | 'day' | 'month' }[];
  readonly usage: { readonly requests: number; readonly refused: number; readonly limited: number };
  readonly webhooks: readonly Webhook[];
}

interface Webhook {
  readonly id: string;
  readonly notification: {
    readonly endpoint: { readonly uri: string };
    readonly timesSent?: number;
    readonly lastSuccess?: string;
    readonly lastFailure?: string;
  };
}

/** Works without scripts. The last field is for programs that fill in every field. */
export function keyForm(words: Words, language: Language): Html {
  return html`<p>${words.askText}</p>
${form('ask', language)}
<label>${words.askName} <input name="name" required maxlength="120" autocomplete="organization"></label>
<label>${words.askEmail} <input name="email" type="email" required maxlength="254" autocomplete="email"></label>
<label>${words.askPurpose} <textarea name="purpose" required maxlength="2000" rows="4"></textarea></label>
<label hidden>${words.askName} <input name="website" tabindex="-1" autocomplete="off"></label>
<button type="submit">${words.askSend}</button>
</form>`;
}

export function sandboxForm(done: Done, words: Words, language: Language): Html {
  if (done.form === 'sandbox') {
    return done.key === undefined
      ? html`<p role="status"><strong>${words.sandboxFull}</strong></p>`
      : html`<p role="status"><strong>${words.sandboxKey}</strong></p>
<pre tabindex="0"><code data-secret="sandbox">${done.key}</code></pre>`;
  }
  return html`${form('sandbox', language)}
<button type="submit">${words.sandboxSend}</button>
</form>`;
}

export function webhookForm(
  words: Words,
  language: Language,
  { hasKeys, hasSandbox }: { readonly hasKeys: boolean; readonly hasSandbox: boolean },
): Html {
  return html`${form('webhook', language)}
${hasKeys && keyField(words)}
${hasSandbox && whereField(words)}
<label>${words.webhookType} <input name="type" required maxlength="200"></label>
<label>${words.webhookUri} <input name="uri" type="url" required maxlength="1000"></label>
<button type="submit">${words.webhookSend}</button>
</form>`;
}

export function useForm(words: Words, language: Language, hasSandbox: boolean): Html {
  return html`<p>${words.useText}</p>
${form('use', language)}
${keyField(words)}
${hasSandbox && whereField(words)}
<button type="submit">${words.useSend}</button>
</form>`;
}

export function refusedText(detail: string, words: Words): Html {
  return html`<p role="alert"><strong>${words.refusedText}</strong> <span lang="en">${detail}</span></p>`;
}

export function shownKey({ use }: Extract<Done, { form: 'use' }>, words: Words, language: Language): Html {
  const { useShown: shown } = words;
  if (use === undefined) return html`<p role="alert"><strong>${words.refusedText}</strong></p>`;
  const { title, may, expiresAt, limits = [], usage, webhooks } = use;
  const acts = (['read', 'write'] as const).filter((act) => may[act]).map((act) => shown.acts[act]);
  const day = (at: string) => new Date(at).toLocaleString(language, { dateStyle: 'medium', timeStyle: 'short' });
  const rows: readonly (readonly [label: string, value: string])[] = [
    [shown.title, title],
    [shown.may, acts.join(', ') || shown.none],
    ...(expiresAt === undefined ? [] : ([[shown.ends, day(expiresAt)]] as const)),
    [shown.limits, limits.map(({ requests, per }) => `${requests} ${shown.per[per]}`).join(', ') || shown.none],
    [shown.requests, `${usage.requests}`],
    [shown.refused, `${usage.refused}`],
    [shown.limited, `${usage.limited}`],
    [shown.webhooks, webhooks.length === 0 ? shown.none : `${webhooks.length}`],
  ];
  return html`<dl role="status" data-shown="use">${rows.map(([label, value]) => html`<dt>${label}</dt><dd>${value}</dd>`)}</dl>
<ul>${webhooks.map(({ id, notification: { endpoint, timesSent = 0, lastSuccess, lastFailure } }) => html`<li><code>${id}</code><br>${endpoint.uri}: ${timesSent} ${shown.sent}${lastSuccess && `, ${shown.last} ${day(lastSuccess)}`}${lastFailure && `, ${shown.failed} ${day(lastFailure)}`}</li>`)}</ul>`;
}

function form(name: Exclude<Done['form'], 'none' | 'refused'>, language: Language): Html {
  return html`<form method="post" action="/developers?lang=${language}#${name}" class="key-form">
<input type="hidden" name="form" value="${name}">`;
}

function keyField(words: Words): Html {
  return html`<label>${words.useKey} <input name="key" type="password" required maxlength="200" autocomplete="off"></label>`;
}

function whereField(words: Words): Html {
  return html`<label>${words.where} <select name="where"><option value="real">${words.whereReal}</option><option value="sandbox">${words.whereSandbox}</option></select></label>`;
}
