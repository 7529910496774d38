#!/usr/bin/env node
import { writeFile } from 'node:fs/promises';
import { readCommandLine, USAGE, UsageError } from './options.ts';
import { htmlReport } from './reports/html.ts';
import { junitReport } from './reports/junit.ts';
import { tableReport } from './reports/table.ts';
import { terminalReport } from './reports/terminal.ts';
import { run, Unreachable } from './run.ts';
import { allCases } from './verdict.ts';

process.exitCode = await main(process.argv.slice(2));

/** Returns the exit code. */
async function main(args: readonly string[]): Promise<number> {
  try {
    const options = readCommandLine(args);
    if (options === 'help') {
      console.log(USAGE);
      return 0;
    }
    const terminal = terminalReport(process.stdout, options.failures);
    const verdict = await run({ ...options, onClause: terminal.clause });
    terminal.end(verdict);
    if (options.json) await writeFile(options.json, `${JSON.stringify(verdict, null, 2)}\n`);
    if (options.junit) await writeFile(options.junit, junitReport(verdict));
    if (options.html) await writeFile(options.html, htmlReport(verdict));
    if (options.table) await writeFile(options.table, tableReport(verdict, options.name ?? options.url));
    const cases = allCases(verdict);
    if (cases.length === 0) throw new UsageError(`--only: no clause is named ${options.only?.join(', ')}`);
    return cases.some(({ outcome }) => outcome === 'failed') ? 1 : 0;
  } catch (fault) {
    if (fault instanceof Unreachable) return printError(fault.message, 2);
    if (fault instanceof UsageError) return printError(`${fault.message}\n\n${USAGE}`, 3);
    throw fault;
  }
}

function printError(message: string, code: number): number {
  console.error(message);
  return code;
}
