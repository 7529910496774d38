import { parseArgs } from 'node:util';
import type { RunOptions } from './run.ts';

interface CommandLine extends Omit<RunOptions, 'onClause'> {
  readonly json?: string | undefined;
  readonly junit?: string | undefined;
  readonly html?: string | undefined;
  readonly table?: string | undefined;
  /** The name of the broker in the table. */
  readonly name?: string | undefined;
  /** The terminal shows only failures. */
  readonly failures: boolean;
}

export const USAGE = `Usage: npm run conformance -- URL [options]

Runs the cases of ETSI GS CIM 009 V1.9.1 against the NGSI-LD broker at URL and prints a verdict for each clause.

  --only 5.6.1,4.9      these clauses and what lies below them
  --tenant NAME         work in this tenant, '' is the default one (default: a fresh one
                        where the broker keeps tenants apart)
  --header 'NAME: VALUE'  send this header with every request; may be repeated
  --timeout MS          how long an answer or a notification may take (default 5000)
  --context-host HOST   the host by which the broker reaches this machine (default 127.0.0.1)
  --jobs N              cases under way at a time (default 8)
  --failures            show failures alone
  --json FILE           write all verdicts as JSON
  --junit FILE          write them as JUnit XML
  --html FILE           write them as a page
  --table FILE          write them as a table in Markdown, to be put beside another broker's
  --name NAME           how the table names the broker (default: its URL)
  --help                show this

Exit code: 0 all passed, 1 some failed, 2 the broker can't be reached, 3 the command is wrong.`;

export class UsageError extends Error {}

/** @throws UsageError: names the wrong option */
export function readCommandLine(args: readonly string[]): CommandLine | 'help' {
  const { values, positionals } = parsed(args);
  if (values.help) return 'help';
  const [url, ...further] = positionals;
  if (url === undefined) throw new UsageError('The URL of a broker is missing');
  if (further.length > 0) throw new UsageError(`One URL is expected, got also ${further.join(' ')}`);
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    throw new UsageError(`URL: got ${url}, expected http:// or https://`);
  return {
    url,
    only: values.only?.split(',').map((number) => number.trim()),
    tenant: values.tenant,
    headers: Object.fromEntries((values.header ?? []).map(readHeader)),
    timeoutMs: readCount('timeout', values.timeout),
    contextHost: values['context-host'],
    jobs: readCount('jobs', values.jobs),
    failures: values.failures ?? false,
    json: values.json,
    junit: values.junit,
    html: values.html,
    table: values.table,
    name: values.name,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        only: { type: 'string' },
        tenant: { type: 'string' },
        header: { type: 'string', multiple: true },
        timeout: { type: 'string' },
        'context-host': { type: 'string' },
        jobs: { type: 'string' },
        failures: { type: 'boolean' },
        json: { type: 'string' },
        junit: { type: 'string' },
        html: { type: 'string' },
        table: { type: 'string' },
        name: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
  } catch (cause) {
    throw new UsageError((cause as Error).message);
  }
}

function readCount(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new UsageError(`--${name}: got ${text}, expected a whole number above 0`);
  return Number(text);
}

function readHeader(text: string): [string, string] {
  const match = /^([^:\s]+):\s*(.*)$/.exec(text);
  if (match === null) throw new UsageError(`--header: got ${text}, expected NAME: VALUE`);
  return [match[1] as string, match[2] as string];
}
