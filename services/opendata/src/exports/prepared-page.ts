import { html } from '@alzette/kit/html';
import type { Language } from '@alzette/kit/languages';
import type { TerritoryInfo } from '@alzette/kit/service';
import { FILE_FORMATS } from '../catalogue/formats.ts';
import type { Words } from '../datasets/dataset.ts';
import { page } from '../html/page.ts';
import { said, WORDS } from '../pages/words.ts';
import type { PreparedFile } from './prepared-rows.ts';

/** A page with the progress of a file, and its link when it is ready. */
export function preparedPage(
  territory: TerritoryInfo,
  { id, dataset, format, state, written_rows: written, all_rows: all }: PreparedFile,
  name: Words | undefined,
  language: Language,
): string {
  const words = WORDS[language].prepared;
  const title = `${words.title}: ${FILE_FORMATS[format].title}`;
  const shown = (rows: number) => rows.toLocaleString(language);
  const main = html`<h1>${title}</h1>
<p>${name && said(name, language)}</p>
<p role="status">${words[state]}${all !== null && html` ${words.progress(shown(written), shown(all))}`}</p>
${state === 'running' && all !== null && html`<progress value="${written}" max="${Math.max(1, all)}" aria-label="${words.title}"></progress>`}
${state === 'done' && html`<p><a href="/data/exports/${id}/file">${words.download}</a></p>`}
<p><a href="/data/datasets/${dataset}?lang=${language}">${words.back}</a></p>`;
  return page({ title, territory: territory.name, language, main });
}
