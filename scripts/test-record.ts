import type { TestEvent } from 'node:test/reporters';

/** A line of the record: one test that ran or was skipped. */
export interface TestRecord {
  readonly name: string;
  readonly file?: string;
  /** `unstable`: it failed, and passed in the second attempt. */
  readonly outcome: 'passed' | 'failed' | 'unstable' | 'skipped' | 'todo' | 'suite';
  /** The reason for skipping it. */
  readonly reason?: string;
  /** Only for a top-level test or suite; their sum is the time of the file, in ms. */
  readonly topLevelMs?: number;
}

/** A reporter for node's test runner: one line of JSON for each test, read by `test.ts`. */
export default async function* record(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const event of source) {
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue;
    const { name, file, skip, todo, details, nesting } = event.data;
    const topLevelMs = nesting === 0 ? details.duration_ms : undefined;
    // The outcome of a suite is that of its tests, unless it is skipped or fails as a whole.
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

/** Whether a suite or test failed only by its subtests, which have lines of their own. */
function hasFailedParts(error: Error): boolean {
  return 'failureType' in error && error.failureType === 'subtestsFailed';
}
