import { type Html, html } from '@alzette/kit/html';
import { inLanguage, type Language } from '@alzette/kit/languages';
import type { TerritoryInfo, TerritoryShapes } from '@alzette/kit/service';
import { addressesOf } from '../catalogue/addresses.ts';
import { FILE_FORMATS } from '../catalogue/formats.ts';
import { formatsOf } from '../catalogue/formats-of.ts';
import type { Dataset, Feature } from '../datasets/dataset.ts';
import { LICENCES } from '../datasets/vocabulary.ts';
import { page } from '../html/page.ts';
import { queryColumns } from '../ogc/items.ts';
import { featureTable } from '../ogc/page-of.ts';
import { apiExamples } from './api-examples.ts';
import { type Bar, barChart, svgMap } from './svg-map.ts';
import { said, WORDS } from './words.ts';

const SHOWN_ROWS = 15;
/** With this many rows or more, a file is prepared with progress. */
const MANY_ROWS = 50_000;

interface DatasetPage {
  readonly publicUrl: string;
  readonly territory: TerritoryInfo;
  readonly boundaries: TerritoryShapes['boundaries'];
  readonly dataset: Dataset;
  /** As many features as the map shows. */
  readonly features: readonly Feature[];
  readonly distribution: { readonly title: string; readonly bars: readonly Bar[] } | undefined;
  readonly language: Language;
}

/** The page of a dataset: description, preview and use. */
export function datasetPage(given: DatasetPage): string {
  const { publicUrl, territory, dataset, features, distribution, language } = given;
  const { definition, id } = dataset;
  const words = WORDS[language];
  const title = inLanguage(definition.title, language);
  const { collection, file } = addressesOf(publicUrl, id);
  const examples = apiExamples(collection, file).map(
    ({ name, code }) => html`<h3>${name}</h3><pre tabindex="0"><code>${code}</code></pre>`,
  );
  const main = html`<h1>${said(definition.title, language)}</h1>
<p>${said(definition.description, language)}</p>
${facts(given)}
<h2>${words.download}</h2>
<ul class="files">${formatsOf(definition).map(
    (format) => html`<li><a href="/data/files/${id}/latest.${format}">${FILE_FORMATS[format].title}</a></li>`,
  )}</ul>
${
  dataset.featureCount >= MANY_ROWS &&
  html`<h3>${words.prepare}</h3><ul class="files">${formatsOf(definition).map(
    (format) =>
      html`<li><form method="post" action="/data/exports/${id}/${format}"><button>${FILE_FORMATS[format].title}</button></form></li>`,
  )}</ul>`
}
${definition.geometry && html`<h2>${words.map}</h2>${svgMap(territory, given.boundaries, features, words.mapLabel(features.length))}`}
${distribution && html`<h2>${words.chart}</h2>${barChart(distribution.title, distribution.bars)}`}
<h2>${words.preview}</h2>
${featureTable(title, queryColumns(definition), features.slice(0, SHOWN_ROWS))}
<h2>${words.columns}</h2>
${dictionary(dataset, language)}
<h2>${words.api}</h2>
${examples}`;
  return page({ title, territory: territory.name, language, main });
}

function facts({ dataset, territory, language }: DatasetPage): Html {
  const { definition, featureCount, refreshedAt } = dataset;
  const words = WORDS[language];
  const when = new Intl.DateTimeFormat(language, {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: territory.timeZone,
  });
  const { title, url } = LICENCES[definition.licence];
  return html`<dl class="facts">
<dt>${words.licence}</dt><dd><a href="${url}">${title}</a></dd>
<dt>${words.frequency}</dt><dd>${words.frequencies[definition.frequency]}</dd>
${refreshedAt && html`<dt>${words.updated}</dt><dd><time datetime="${refreshedAt.toISOString()}">${when.format(refreshedAt)}</time>, ${words.rows(featureCount.toLocaleString(language))}</dd>`}
<dt>${words.contact}</dt><dd><a href="mailto:${definition.contact.email}">${definition.contact.name}</a></dd>
</dl>`;
}

function dictionary({ definition }: Dataset, language: Language): Html {
  const words = WORDS[language];
  const rows = queryColumns(definition).map(
    ({ name, title, kind, unit }) =>
      html`<tr><th scope="row"><code>${name}</code></th><td>${said(title, language)}</td><td>${words.kinds[kind]}</td><td>${unit}</td></tr>`,
  );
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${words.columns}"><table><caption>${words.columns}</caption>
<thead><tr><th scope="col">${words.column}</th><th scope="col">${words.meaning}</th><th scope="col">${words.kind}</th><th scope="col">${words.unit}</th></tr></thead>
<tbody>${rows}</tbody></table></div>`;
}
