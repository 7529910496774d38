import { relative } from 'node:path';
import type { TestRecord } from './test-record.ts';

/** A test that may fail until a day, while the cause is being mended. */
export interface Quarantined {
  readonly test: string;
  /** Its file, from the root of the project. */
  readonly file: string;
  /** Who mends it. */
  readonly owner: string;
  /** The last day, such as 2027-01-31; from the day after a failure is a failure. */
  readonly until: string;
}

export const MOST_QUARANTINED = 5;

export const QUARANTINE: readonly Quarantined[] = [];

/** The record of a test, with the outcome `quarantined` if it failed and the list excuses it on this day. */
export function excused(record: TestRecord, root: string, today: Date, list = QUARANTINE): TestRecord {
  const { name, file } = record;
  if (record.outcome !== 'failed' || file === undefined) return record;
  const day = today.toISOString().slice(0, 10);
  const isListed = list.some((each) => each.test === name && each.file === relative(root, file) && day <= each.until);
  return isListed ? { ...record, outcome: 'quarantined' } : record;
}
