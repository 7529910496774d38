import { styleText } from 'node:util';
import { allCases, type CaseVerdict, type ClauseVerdict, type RunVerdict, type Tally, tally } from '../verdict.ts';

type Style = Parameters<typeof styleText>[0];

interface TerminalReport {
  clause(verdict: ClauseVerdict): void;
  end(run: RunVerdict): void;
}

/** Prints verdicts when they arrive and a table of all clauses at the end; in colour if `out` is a terminal. */
export function terminalReport(out: NodeJS.WriteStream, isFailuresOnly: boolean): TerminalReport {
  const paint = (style: Style, text: string) => styleText(style, text, { stream: out });
  const print = (text: string) => out.write(`${text}\n`);
  return {
    clause({ number, title, cases }) {
      const shown = isFailuresOnly ? cases.filter(({ outcome }) => outcome === 'failed') : cases;
      if (shown.length === 0) return;
      print(`\n${paint('bold', `${number} ${title}`)}`);
      for (const verdict of shown) printCase(number, verdict, print, paint);
    },
    end(run) {
      print(`\n${paint('bold', 'Verdict by clause')}`);
      const width = Math.max(...run.clauses.map(({ number }) => number.length));
      for (const { number, title, cases } of run.clauses) {
        const counts = tally(cases);
        const mark = counts.failed > 0 ? paint('red', '✗') : paint('green', '✓');
        print(`  ${mark} ${number.padEnd(width)}  ${inWords(counts, paint).padEnd(8)}  ${paint('dim', title)}`);
      }
      const total = inWords(tally(allCases(run)), paint);
      const { tenant, reason } = run.tenant;
      print(
        `\n${run.url}, tenant ${tenant ?? 'by default'} (${reason}): ${total} in ${(run.durationMs / 1000).toFixed(1)} s`,
      );
    },
  };
}

function printCase(
  clause: string,
  verdict: CaseVerdict,
  print: (text: string) => void,
  paint: (style: Style, text: string) => string,
): void {
  if (verdict.outcome === 'passed') print(`  ${paint('green', '✓')} ${verdict.sentence}`);
  if (verdict.outcome === 'skipped')
    print(`  ${paint('yellow', '–')} ${verdict.sentence} (skipped: ${verdict.reason})`);
  if (verdict.outcome !== 'failed') return;
  print(`  ${paint('red', `✗ ${clause} ${verdict.sentence}`)}`);
  print(`      ${paint('dim', 'request ')} ${verdict.request}`);
  print(`      ${paint('dim', 'expected')} ${indented(verdict.expected)}`);
  print(`      ${paint('dim', 'got     ')} ${indented(verdict.got)}`);
}

function inWords({ passed, failed, skipped }: Tally, paint: (style: Style, text: string) => string): string {
  const parts = [`${passed} passed`];
  if (failed > 0) parts.push(paint('red', `${failed} failed`));
  if (skipped > 0) parts.push(`${skipped} skipped`);
  return parts.join(', ');
}

function indented(text: string): string {
  return text.replaceAll('\n', '\n               ');
}
