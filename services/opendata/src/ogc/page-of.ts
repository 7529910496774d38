import { type Html, html } from '@alzette/kit/html';
import type { Feature } from '../datasets/dataset.ts';
import type { Link } from './documents.ts';

/** The links of a resource as HTML. */
export function linkList(links: readonly Link[]): Html {
  return html`<ul class="links">${links
    .filter(({ templated }) => !templated)
    .map(
      ({ href, rel, title, type }) => html`<li><a href="${href}">${title ?? rel}</a> <small>${type}</small></li>`,
    )}</ul>`;
}

/** Features as a table. */
export function featureTable(
  caption: string,
  columns: readonly { readonly name: string; readonly title: { readonly fr: string }; readonly unit?: string }[],
  features: readonly Feature[],
): Html {
  const heads = columns.map(
    ({ name, title, unit }) =>
      html`<th scope="col">${title.fr}${unit === undefined ? '' : ` (${unit})`}<br><code>${name}</code></th>`,
  );
  const rows = features.map(
    ({ id, properties }) =>
      html`<tr><th scope="row">${id}</th>${columns.map(({ name }) => html`<td>${cell(properties[name])}</td>`)}</tr>`,
  );
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table>
<caption>${caption}</caption>
<thead><tr><th scope="col">id</th>${heads}</tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

function cell(value: string | number | boolean | undefined): string {
  return typeof value === 'number' ? value.toLocaleString('fr-FR') : String(value ?? '');
}
