import { computeTask } from '@alzette/kit/compute-task';
import type { Read } from './observation.ts';
import { type FileGiven, readFile } from './read-file.ts';

/** Why a file is unreadable crosses threads as text. */
type Result = Read | { readonly fault: string };

export const READ_STATISTICS = computeTask<typeof readStatistics>('decisions.read-statistics', import.meta.url);

export default function readStatistics(given: FileGiven): Result {
  try {
    return readFile(given);
  } catch (cause) {
    return { fault: cause instanceof Error ? cause.message : String(cause) };
  }
}
