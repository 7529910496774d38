import { type Html, html } from '@alzette/kit/html';
import type { Language } from '@alzette/kit/languages';
import type { Amounts, PublicFootprint } from '../contract/footprint.ts';
import { FOOTPRINT_WORDS, GAIN_UNITS, SHOWN, unitOf } from '../footprint/words.ts';
import { publicPage } from './public-page.ts';

type Part = keyof (typeof FOOTPRINT_WORDS)['fr']['parts'];
type Domain = keyof (typeof FOOTPRINT_WORDS)['fr']['domains'];

/** What the installation used, what was gained, and how both are computed. */
export function footprintPage({ whole, domains, useCases, method }: PublicFootprint, language: Language): string {
  const words = FOOTPRINT_WORDS[language];
  const format = new Intl.NumberFormat(language, { maximumSignificantDigits: 4 });
  const shown = (value: number, unit: string) => `${format.format(value)}\u00a0${unit}`.trim();
  const cells = (amounts: Amounts) =>
    SHOWN.map((what) => {
      const { per, unit } = unitOf(what, amounts[what], language);
      return html`<td class="count">${shown(amounts[what] / per, unit)}</td>`;
    });
  const rows = domains.map(
    ({ domain, ...amounts }) =>
      html`<tr><th scope="row">${words.domains[domain as Domain] ?? domain}</th>${cells(amounts)}</tr>
`,
  );
  const gains = useCases.cases.flatMap(({ title, gains: all }) =>
    all.map(
      ({
        kind,
        value,
        formula,
        figure,
      }) => html`<tr><th scope="row">${title[language]}</th><td>${words.gainKinds[kind]}</td>
<td class="count">${value === undefined ? words.unknown : shown(value, GAIN_UNITS[kind])}</td>
<td><code>${formula}</code></td><td>${figure.definition[language]} ${figure.source[language]}</td></tr>
`,
    ),
  );
  const body = html`${table(
    words.whole,
    [words.domain, ...SHOWN.map((what) => words.amounts[what])],
    [...rows, html`<tr><th scope="row">${words.whole}</th>${cells(whole)}</tr>`],
  )}
<h2>${words.useCases}</h2><p>${words.useCasesIntro}</p>
${table(words.useCases, [words.useCase, words.gains, words.value, words.formula, words.source], gains)}
<h2>${words.method}</h2><p>${words.methodIntro}</p>
<dl>${Object.entries(method.parts).map(
    ([part, formula]) => html`<div><dt>${words.parts[part as Part] ?? part}</dt><dd><code>${formula}</code></dd></div>`,
  )}</dl>
${table(
  words.method,
  [words.factor, words.value, words.source],
  Object.entries(method.factors).map(
    ([name, { value, unit, title, source }]) =>
      html`<tr><th scope="row"><code>${name}</code> ${title[language]}</th><td class="count">${shown(value, unit)}</td>
<td>${source[language]}</td></tr>
`,
  ),
)}`;
  return publicPage({ title: words.title, about: `${useCases.name}. ${words.intro}`, language, style: STYLE, body });
}

function table(label: string, head: readonly string[], rows: readonly Html[]): Html {
  return html`<div class="wide" role="region" aria-label="${label}" tabindex="0"><table>
<thead><tr>${head.map((each) => html`<th scope="col">${each}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

const STYLE = `main{max-width:72rem}.wide{overflow-x:auto}table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;border-bottom:1px solid #8884}th{font-weight:600}.count{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}code{font-size:.875rem;overflow-wrap:anywhere}dd{margin:0 0 .6rem}`;
