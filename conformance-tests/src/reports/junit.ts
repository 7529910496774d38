import { allCases, type CaseVerdict, type RunVerdict, tally } from '../verdict.ts';
import { escaped } from './escaped.ts';

/** The verdicts as JUnit XML, with a test suite for each clause. */
export function junitReport(run: RunVerdict): string {
  const suites = run.clauses.map(({ number, title, cases }) => {
    const name = escaped(`${number} ${title}`);
    const lines = cases.map((verdict) => caseElement(number, verdict));
    return `  <testsuite name="${name}" ${counts(cases)}>\n${lines.join('\n')}\n  </testsuite>`;
  });
  const head = `<testsuites name="NGSI-LD conformance of ${escaped(run.url)}" ${counts(allCases(run))}>`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${head}\n${suites.join('\n')}\n</testsuites>\n`;
}

function counts(cases: readonly CaseVerdict[]): string {
  const { failed, skipped } = tally(cases);
  const seconds = cases.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000;
  return `tests="${cases.length}" failures="${failed}" skipped="${skipped}" time="${seconds}"`;
}

function caseElement(clause: string, verdict: CaseVerdict): string {
  const open = `    <testcase classname="${clause}" name="${escaped(verdict.sentence)}" time="${verdict.durationMs / 1000}"`;
  if (verdict.outcome === 'passed') return `${open}/>`;
  if (verdict.outcome === 'skipped') return `${open}><skipped message="${escaped(verdict.reason)}"/></testcase>`;
  const text = `request: ${verdict.request}\nexpected: ${verdict.expected}\ngot: ${verdict.got}`;
  return `${open}><failure message="${escaped(`expected ${verdict.expected}`)}">${escaped(text)}</failure></testcase>`;
}
