import { computeTask } from '@alzette/kit/compute-task';
import type { Read } from './observation.ts';
import { type FileGiven, readFile } from './read-file.ts';
import { isWorkbook, workbookAsCsv } from './workbook.ts';

/** Why a file is unreadable crosses threads as text. */
type Result = Read | { readonly fault: string };

export const READ_STATISTICS = computeTask<typeof readStatistics>('decisions.read-statistics', import.meta.url);

export default async function readStatistics(given: FileGiven): Promise<Result> {
  try {
    const bytes = isWorkbook(given.bytes) ? await workbookAsCsv(given.bytes) : given.bytes;
    return readFile({ ...given, bytes });
  } catch (cause) {
    return { fault: cause instanceof Error ? cause.message : String(cause) };
  }
}
