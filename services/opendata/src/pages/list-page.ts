import { html } from '@alzette/kit/html';
import type { Language } from '@alzette/kit/languages';
import type { TerritoryInfo } from '@alzette/kit/service';
import { FILE_FORMATS } from '../catalogue/formats.ts';
import { formatsOf } from '../catalogue/formats-of.ts';
import type { Dataset } from '../datasets/dataset.ts';
import { page } from '../html/page.ts';
import { said, WORDS } from './words.ts';

/** The page with all matching datasets. */
export function listPage(
  territory: TerritoryInfo,
  datasets: readonly Dataset[],
  q: string,
  language: Language,
): string {
  const words = WORDS[language];
  const number = new Intl.NumberFormat(language);
  const day = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: territory.timeZone });
  const items = datasets.map(
    ({ id, definition, featureCount, refreshedAt }) => html`<li>
<h2><a href="/data/datasets/${id}?lang=${language}">${said(definition.title, language)}</a></h2>
<p>${said(definition.description, language)}</p>
<p class="facts">${words.rows(number.format(featureCount))} · ${refreshedAt && html`${words.updated} <time datetime="${refreshedAt.toISOString()}">${day.format(refreshedAt)}</time>`} · ${formatsOf(
      definition,
    )
      .map((format) => FILE_FORMATS[format].title)
      .join(', ')}</p></li>`,
  );
  const main = html`<h1>${words.title}</h1>
<form role="search" action="/data/">
<input type="hidden" name="lang" value="${language}">
<label for="q">${words.search}</label>
<input id="q" name="q" type="search" maxlength="100" value="${q}"><button>${words.find}</button>
</form>
<p role="status">${datasets.length === 0 ? words.none : words.found(datasets.length)}</p>
<ul class="datasets">${items}</ul>`;
  return page({ title: words.title, territory: territory.name, language, main });
}
