import type { TestEvent } from 'node:test/reporters';

/** A line of the record: one test that ran or was skipped. */
export interface TestRecord {
  readonly name: string;
  /** The test file, also if a support file declares its tests. */
  readonly file?: string;
  /** `quarantined`: it failed, and `quarantine.ts` excuses it. */
  readonly outcome: 'passed' | 'failed' | 'quarantined' | 'skipped' | 'todo' | 'suite';
  /** The reason for skipping it. */
  readonly reason?: string;
  /** Why it failed: the error with the first lines of its stack. */
  readonly failure?: string;
  /** Only for a top-level test or suite; their sum is the time of the file, in ms. */
  readonly topLevelMs?: number;
}

/** An assertion of equality shows its difference first. */
const FAILURE_LINES = 25;

/** The test file of each test that has started, by its full name; `test-declared-in.ts` writes it. */
export const declaredIn = new Map<string, string>();

/** A reporter for node's test runner: one line of JSON for each test, read by `test.ts`. */
export default async function* record(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const titles: string[] = [];
  /** Of the top-level test or suite that is running. */
  let testFile: string | undefined;
  for await (const event of source) {
    if (event.type === 'test:start') {
      titles.splice(event.data.nesting, titles.length, event.data.name);
      if (event.data.nesting === 0) testFile = undefined;
    }
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue;
    const { name, skip, todo, details, nesting } = event.data;
    testFile ??= declaredIn.get([...titles.slice(0, nesting), name].join(' > '));
    const file = testFile ?? event.data.file;
    const topLevelMs = nesting === 0 ? details.duration_ms : undefined;
    // The outcome of a suite is that of its tests, unless it is skipped or fails itself.
    const isOfItsTests = 'error' in details ? hasFailedParts(details.error) : details.type === 'suite';
    if (isOfItsTests && skip === undefined) {
      const line: TestRecord = { name, file, outcome: 'suite', topLevelMs };
      yield `${JSON.stringify(line)}\n`;
      continue;
    }
    const outcome =
      skip !== undefined ? 'skipped' : todo !== undefined ? 'todo' : event.type === 'test:pass' ? 'passed' : 'failed';
    const reason = typeof skip === 'string' ? skip : undefined;
    const failure = 'error' in details ? failureOf(details.error) : undefined;
    const line: TestRecord = { name, file, outcome, reason, failure, topLevelMs };
    yield `${JSON.stringify(line)}\n`;
  }
}

/** Whether a suite or test failed only because of its subtests, which have their own lines. */
function hasFailedParts(error: Error): boolean {
  return 'failureType' in error && error.failureType === 'subtestsFailed';
}

/** The lines of an error that say what was unexpected, and where. */
function failureOf(error: Error): string {
  const thrown = error.cause instanceof Error ? error.cause : error;
  const lines = (thrown.stack ?? thrown.message).split('\n').filter((line) => !/^ +at .*\(node:/.test(line));
  return lines.slice(0, FAILURE_LINES).join('\n');
}
