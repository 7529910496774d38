import { type Html, html } from '@alzette/kit/html';
import type { Language } from '@alzette/kit/languages';
import { COMPLIANCE_WORDS, VERDICTS } from '../compliance/words.ts';
import type { Criterion, Evidence, NormReport, NormSummary, Texts } from '../contract/compliance.ts';
import { publicPage } from './public-page.ts';

/** All norms: how many of their criteria are met, and what is not met. */
export function compliancePage(norms: readonly NormSummary[], language: Language): string {
  const words = COMPLIANCE_WORDS[language];
  const rows = norms.map(
    (norm) => html`<tr><th scope="row"><a href="/compliance/${norm.id}?lang=${language}">${norm.title[language]}</a>
<small>${norm.version}</small></th>
${VERDICTS.map((verdict) => html`<td class="count">${norm.counts[verdict]}</td>`)}
<td>${dayIn(norm.checkedOn, language)}${norm.isOld && html` <strong>${words.isOld}</strong>`}</td></tr>
`,
  );
  const failures = norms
    .filter(({ notMet }) => notMet.length > 0)
    .map(
      ({ title, notMet }) => html`<h3>${title[language]}</h3><ul>${notMet.map((each) => failure(each, language))}</ul>`,
    );
  const body = html`<div class="wide" role="region" aria-label="${words.all}" tabindex="0"><table><thead><tr><th scope="col">${words.norm}</th>
${VERDICTS.map((verdict) => html`<th scope="col" class="count">${words.verdicts[verdict]}</th>`)}
<th scope="col">${words.checkedOn}</th></tr></thead><tbody>${rows}</tbody></table></div>
${failures.length > 0 && html`<h2>${words.notMetTitle}</h2>${failures}`}`;
  return publicPage({ title: words.title, about: words.intro, language, style: STYLE, body });
}

/** A norm with each criterion. */
export function normPage(norm: NormReport, language: Language): string {
  const words = COMPLIANCE_WORDS[language];
  const themes = norm.themes.map(
    ({ id, title, criteria }) => html`<h2>${id} ${inWords(title, language)}</h2>
<div class="wide" role="region" aria-label="${title[tongueOf(language)]}" tabindex="0"><table>
<thead><tr>${[words.criterion, words.verdict, words.reason, words.evidence].map((each) => html`<th scope="col">${each}</th>`)}</tr></thead>
<tbody>${criteria.map((each) => row(each, language))}</tbody></table></div>
`,
  );
  const facts: readonly (readonly [string, Html | string | number])[] = [
    [words.reference, html`<a href="${norm.reference}">${norm.reference}</a>`],
    [words.checkedOn, dayIn(norm.checkedOn, language)],
    [words.checkAgainBy, dayIn(norm.checkAgainBy, language)],
    ...VERDICTS.map((verdict) => [words.verdicts[verdict], norm.counts[verdict]] as const),
  ];
  const body = html`<p><a href="/compliance?lang=${language}">${words.all}</a></p>
<dl>${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
${norm.isOld && html`<p><strong>${words.isOld}</strong></p>`}
${themes}`;
  return publicPage({ title: norm.title[language], about: norm.version, language, style: STYLE, body });
}

function row(criterion: Criterion, language: Language): Html {
  const { id, title, verdict, reason, plan, evidence } = criterion;
  const words = COMPLIANCE_WORDS[language];
  return html`<tr id="${id}"><th scope="row">${id}${title && html` ${inWords(title, language)}`}</th>
<td class="${verdict}">${words.verdicts[verdict]}</td>
<td>${reason && inWords(reason, language)}${plan && html` ${planOf(criterion, language)}`}</td>
<td>${evidence.map((each) => html`<p>${shown(each, language)}</p>`)}</td></tr>
`;
}

function failure(criterion: Criterion, language: Language): Html {
  const { id, title, reason } = criterion;
  return html`<li>${id}${title && html` ${inWords(title, language)}`}: ${reason && inWords(reason, language)}
${planOf(criterion, language)}</li>`;
}

function planOf({ plan }: Criterion, language: Language): Html | false {
  if (plan === undefined) return false;
  const words = COMPLIANCE_WORDS[language];
  const when = plan.by === undefined ? words.noPlan : words.by.replace('{day}', dayIn(plan.by, language));
  return html`<em>(${when}: ${inWords(plan.text, language)})</em>`;
}

function shown({ kind, file, text }: Evidence, language: Language): Html {
  if (kind === 'review') return html`${COMPLIANCE_WORDS[language].review}`;
  return html`<code>${file}</code>${text !== undefined && html` <q lang="en">${text}</q>`}`;
}

/** The language of a reason for readers of a page. */
function tongueOf(language: Language): keyof Texts {
  return language === 'en' ? 'en' : 'fr';
}

function inWords(texts: Texts, language: Language): Html {
  const tongue = tongueOf(language);
  return tongue === language ? html`${texts[tongue]}` : html`<span lang="${tongue}">${texts[tongue]}</span>`;
}

function dayIn(day: string, language: Language): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(day));
}

const STYLE = `main{max-width:80rem}.wide{overflow-x:auto}table{border-collapse:collapse;width:100%}
th{text-align:left;font-weight:400}thead th{font-weight:600}th,td{padding:.4rem;border-bottom:1px solid #8884;vertical-align:top}.count{text-align:right}
.notMet{font-weight:600}td p{margin:0}td:nth-child(n+3):not(.count){min-width:11rem}tbody th{min-width:9rem}code,dd{overflow-wrap:anywhere}
dl div{display:flex;flex-wrap:wrap;gap:0 1rem}dt{min-width:14rem}dd{margin:0}`;
