import type { TestEvent } from 'node:test/reporters';

/** A line of the record: one test that was run or skipped. */
export interface TestRecord {
  readonly name: string;
  readonly file?: string;
  readonly outcome: 'passed' | 'failed' | 'skipped' | 'todo';
  /** Why it was skipped. */
  readonly reason?: string;
}

/** A reporter for node's test runner: a line of JSON for each test, read by `test.ts`. */
export default async function* record(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const event of source) {
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue;
    const { name, file, skip, todo, details } = event.data;
    // A suite's outcome is that of its tests, unless it is skipped or broken as a whole.
    if (details.type === 'suite' && skip === undefined && event.type === 'test:pass') continue;
    const outcome =
      skip !== undefined ? 'skipped' : todo !== undefined ? 'todo' : event.type === 'test:pass' ? 'passed' : 'failed';
    const line: TestRecord = { name, file, outcome, reason: typeof skip === 'string' ? skip : undefined };
    yield `${JSON.stringify(line)}\n`;
  }
}
