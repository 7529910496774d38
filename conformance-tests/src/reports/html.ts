import { allCases, type CaseVerdict, type ClauseVerdict, type RunVerdict, type Tally, tally } from '../verdict.ts';
import { escaped } from './escaped.ts';

const STYLE = `
  :root { color-scheme: light dark; --good: light-dark(#176b34, #5fd488); --bad: light-dark(#b3261e, #ff8a80);
    --dim: light-dark(#5b6470, #a3adb8); --line: light-dark(#d9dee4, #3a424b); --sunk: light-dark(#f4f6f8, #1d2227); }
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere; }
  h1 { font-size: 1.5rem; margin-bottom: .25rem; }
  .about { color: var(--dim); margin-top: 0; }
  .bar { display: flex; height: .75rem; border-radius: .4rem; overflow: hidden; background: var(--line); }
  .bar i:first-child { background: var(--good); } .bar i:nth-child(2) { background: var(--bad); }
  details { border-top: 1px solid var(--line); padding: .4rem 0; }
  summary { cursor: pointer; display: flex; gap: .75rem; align-items: baseline; }
  summary b { min-width: 4.5rem; } summary span { flex: 1; } summary em { font-style: normal; color: var(--dim); white-space: nowrap; }
  .bad { color: var(--bad) !important; } .good { color: var(--good); }
  ul { list-style: none; padding: 0 0 0 1rem; margin: .5rem 0; } li { margin: .25rem 0; }
  dl { margin: .25rem 0 1rem 1.5rem; display: grid; grid-template-columns: 5.5rem 1fr; gap: .25rem .5rem; }
  dt { color: var(--dim); } dd { margin: 0; }
  pre { margin: 0; white-space: pre-wrap; background: var(--sunk); padding: .25rem .5rem; border-radius: .25rem; font-size: .85rem; }
  @media (max-width: 40rem) { dl { grid-template-columns: 1fr; margin-left: 0; } summary { flex-wrap: wrap; } summary span { flex-basis: 60%; } }`;

/** The verdicts as one self-contained page; clauses with failures are open. */
export function htmlReport(run: RunVerdict): string {
  const counts = tally(allCases(run));
  const tenant = `tenant ${run.tenant.tenant ?? 'by default'} (${run.tenant.reason})`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>NGSI-LD conformance of ${escaped(run.url)}</title>
<style>${STYLE}
</style>
</head>
<body>
<h1>NGSI-LD conformance of ${escaped(run.url)}</h1>
<p class="about">ETSI GS CIM 009 V1.9.1 · ${escaped(tenant)} · <time>${run.started}</time> · ${(run.durationMs / 1000).toFixed(1)} s</p>
<p>${inWords(counts)}</p>
<div class="bar" role="img" aria-label="${counts.passed} passed, ${counts.failed} failed"><i style="flex: ${counts.passed}"></i><i style="flex: ${counts.failed}"></i><i style="flex: ${counts.skipped}"></i></div>
<main>
${run.clauses.map(clauseSection).join('\n')}
</main>
</body>
</html>
`;
}

function clauseSection({ number, title, cases }: ClauseVerdict): string {
  const counts = tally(cases);
  return `<details${counts.failed > 0 ? ' open' : ''}>
<summary><b>${number}</b><span>${escaped(title)}</span><em${counts.failed > 0 ? ' class="bad"' : ''}>${inWords(counts)}</em></summary>
<ul>
${cases.map(caseItem).join('\n')}
</ul>
</details>`;
}

function caseItem(verdict: CaseVerdict): string {
  const sentence = escaped(verdict.sentence);
  if (verdict.outcome === 'passed') return `<li><span class="good">✓</span> ${sentence}</li>`;
  if (verdict.outcome === 'skipped') return `<li>– ${sentence} (skipped: ${escaped(verdict.reason)})</li>`;
  const rows = (['request', 'expected', 'got'] as const).map(
    (name) => `<dt>${name}</dt><dd><pre>${escaped(verdict[name])}</pre></dd>`,
  );
  return `<li><strong class="bad">✗ ${sentence}</strong><dl>${rows.join('')}</dl></li>`;
}

function inWords({ passed, failed, skipped }: Tally): string {
  const parts = [
    `${passed} passed`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ];
  return parts.join(', ');
}
