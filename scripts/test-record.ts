import type { TestEvent } from 'node:test/reporters';

/** A line of the record: one test that was run or skipped. */
export interface TestRecord {
  readonly name: string;
  readonly file?: string;
  /** `unstable` failed, and passed when it was tried again. */
  readonly outcome: 'passed' | 'failed' | 'unstable' | 'skipped' | 'todo' | 'suite';
  /** Why it was skipped. */
  readonly reason?: string;
  /** Of a test that stands in no suite, or of a suite that does: together the whole time of its file. In ms. */
  readonly topLevelMs?: number;
}

/** A reporter for node's test runner: a line of JSON for each test, read by `test.ts`. */
export default async function* record(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const event of source) {
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue;
    const { name, file, skip, todo, details, nesting } = event.data;
    const topLevelMs = nesting === 0 ? details.duration_ms : undefined;
    // A suite's outcome is that of its tests, unless it is skipped or broken as a whole.
    const isOfItsTests = 'error' in details ? hasFailedParts(details.error) : details.type === 'suite';
    if (isOfItsTests && skip === undefined) {
      const line: TestRecord = { name, file, outcome: 'suite', topLevelMs };
      yield `${JSON.stringify(line)}\n`;
      continue;
    }
    const outcome =
      skip !== undefined ? 'skipped' : todo !== undefined ? 'todo' : event.type === 'test:pass' ? 'passed' : 'failed';
    const line: TestRecord = { name, file, outcome, reason: typeof skip === 'string' ? skip : undefined, topLevelMs };
    yield `${JSON.stringify(line)}\n`;
  }
}

/** Whether a suite or test failed by those inside it alone, which have lines of their own. */
function hasFailedParts(error: Error): boolean {
  return 'failureType' in error && error.failureType === 'subtestsFailed';
}
