import { type Html, html } from '@alzette/kit/html';
import type { Words } from '../texts/fr.ts';

/** A field for an existing password, or for a new one with the rules; used with `password.js`. */
export function passwordField(
  words: Words,
  { label, name, isNew }: { label: string; name: string; isNew: boolean },
): Html {
  if (!isNew) {
    return html`<label>${label}<input name="${name}" type="password" autocomplete="current-password" required></label>`;
  }
  return html`<label>${label}<input id="${name}" name="${name}" type="password" autocomplete="new-password" required aria-describedby="policy"></label>
<meter data-of="${name}" min="0" max="1" low="0.5" high="0.99" optimum="1" value="0" aria-label="${words.strength}" hidden></meter>
<p class="hint" id="policy">${words.policy}</p>`;
}

/** A checkbox that shows the passwords of its form. */
export function showPassword(words: Words): Html {
  return html`<label class="check" hidden><input type="checkbox" data-shows>${words.showPassword}</label>`;
}

export function alarm(text: string | undefined): Html | undefined {
  return text === undefined ? undefined : html`<p class="notice alarm" role="alert" id="alarm">${text}</p>`;
}

export function notice(text: string | undefined): Html | undefined {
  return text === undefined ? undefined : html`<p class="notice" role="status">${text}</p>`;
}
