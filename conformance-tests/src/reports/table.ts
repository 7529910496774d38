import { allCases, type ClauseVerdict, type RunVerdict, tally } from '../verdict.ts';

/**
 * The verdicts as a Markdown page: one row per clause in the order of the standard, so that two brokers can be
 * compared, and each failed case with the expected and the received value.
 */
export function tableReport(run: RunVerdict, name: string): string {
  const counts = tally(allCases(run));
  const failed = run.clauses.flatMap(failedCases);
  return `# Conformance of ${cell(name)}

ETSI GS CIM 009 V1.9.1, by the cases of [conformance-tests](../conformance-tests/README.md), ${run.started.slice(0, 10)}:
${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped.

| clause | | passed | failed | skipped |
|---|---|---:|---:|---:|
${run.clauses.map(clauseRow).join('\n')}
${failed.length === 0 ? '' : `\n## Cases that failed\n\n| case | expected | got |\n|---|---|---|\n${failed.join('\n')}\n`}`;
}

function clauseRow({ number, title, cases }: ClauseVerdict): string {
  const { passed, failed, skipped } = tally(cases);
  return `| ${number} | ${cell(title)} | ${passed} | ${failed} | ${skipped} |`;
}

function failedCases({ cases }: ClauseVerdict): string[] {
  return cases.flatMap((verdict) =>
    verdict.outcome === 'failed' ? [`| ${cell(verdict.id)} | ${cell(verdict.expected)} | ${cell(verdict.got)} |`] : [],
  );
}

const LONGEST_CELL = 300;

function cell(text: string): string {
  const line = text.replace(/\s+/g, ' ').replaceAll('|', '\\|').replaceAll('<', '&lt;');
  return line.length > LONGEST_CELL ? `${line.slice(0, LONGEST_CELL)}…` : line;
}
