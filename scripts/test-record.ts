import type { TestEvent } from 'node:test/reporters';

/** A line of the record: one test that was run or skipped. */
export interface TestRecord {
  readonly name: string;
  readonly file?: string;
  readonly outcome: 'passed' | 'failed' | 'skipped' | 'todo' | 'suite';
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
    if (details.type === 'suite' && skip === undefined && event.type === 'test:pass') {
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
