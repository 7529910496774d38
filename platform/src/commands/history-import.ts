import { writeFileSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import type { ImportReport, Rejection } from '@alzette/broker/operator';
import { TERRITORY_CONTEXT_PATH } from '@alzette/ngsi-ld-schemas';
import { readConfig } from '../config.ts';
import { type Command, readArguments, UsageError, withOperator } from './command.ts';

const FORMATS: { readonly [extension: string]: 'csv' | 'ndjson' } = {
  '.csv': 'csv',
  '.tsv': 'csv',
  '.txt': 'csv',
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
};
const SHOWN = 20;
const TELL_EVERY_MS = 2_000;

/** Imports past measures from a file into the history (docs/history-import.md). */
export const historyImport: Command = {
  usage: `alzette history import <file.csv | file.ndjson>
    --tenant <name>      the tenant (default: the default tenant)
    --type <term>        the type of new entities, if lines have none
    --context <URL>      the @context of attribute names (default: the territory's)
    --delimiter <char>   the CSV delimiter (default: the most frequent of , ; and tab in the first line)
    --report <file.csv>  where to write the refused lines
    --again              starts at the first line, whatever was imported before`,
  async run(args, environment) {
    const { values, positionals } = readArguments(args, {
      tenant: { type: 'string', default: '' },
      type: { type: 'string' },
      context: { type: 'string' },
      delimiter: { type: 'string' },
      report: { type: 'string' },
      again: { type: 'boolean', default: false },
    });
    const [file, ...others] = positionals;
    if (file === undefined || others.length > 0) throw new UsageError('file: expected one');
    const format = FORMATS[extname(file).toLowerCase()];
    if (format === undefined) {
      throw new UsageError(`file: got ${file}, expected a name in ${Object.keys(FORMATS).join(', ')}`);
    }
    const { type, delimiter, tenant, report, again } = values;
    const { publicUrl } = readConfig({ ...environment, DEMO: 'off' });
    const started = performance.now();
    let shownAt = Number.NEGATIVE_INFINITY;
    const done = await withOperator(environment, (operator) =>
      operator.importHistory({
        file: resolve(file),
        format,
        tenant,
        again,
        context: values.context ?? publicUrl + TERRITORY_CONTEXT_PATH,
        ...(type !== undefined && { type }),
        ...(delimiter !== undefined && { delimiter }),
        onProgress({ lines, imported, rejected }) {
          if (performance.now() - shownAt < TELL_EVERY_MS) return;
          shownAt = performance.now();
          console.log(`${lines} lines, ${imported} measures, ${rejected} lines refused`);
        },
      }),
    );
    showReport(done, (performance.now() - started) / 1000);
    if (report !== undefined) writeFileSync(report, rejectionTable(done.rejections));
    return done.rejected > 0 ? 1 : 0;
  },
};

function showReport({ resumed, lines, imported, known, rejected, rejections }: ImportReport, seconds: number): void {
  if (resumed) console.log('Continued an earlier run; the figures include it.');
  console.log(
    `${lines} lines in ${seconds.toFixed(1)} s: ${imported} measures imported, ${known} were already in the history.`,
  );
  if (rejected === 0) return;
  console.log(`${rejected} lines were refused:`);
  for (const { line, field, got, expected } of rejections.slice(0, SHOWN)) {
    console.log(`  line ${line}, ${field}: got ${got}, expected ${expected}`);
  }
  if (rejected > SHOWN) console.log(`  and ${rejected - SHOWN} more (--report writes them to a file)`);
}

function rejectionTable(rejections: readonly Rejection[]): string {
  const cell = (value: string | number) => `"${String(value).replaceAll('"', '""')}"`;
  const rows = rejections.map(({ line, field, got, expected }) => [line, field, got, expected].map(cell).join());
  return `${['line,field,got,expected', ...rows].join('\n')}\n`;
}
