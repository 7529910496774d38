import type { backupService } from '@alzette/backups';
import type { PartsOf } from '@alzette/kit/service';
import { latestRuns } from '../services/backups/src/runs.ts';

/** Makes a first backup, which a restore test follows. */
export async function makeFirstBackup({
  db,
  isDemo,
  makeNow,
}: PartsOf<ReturnType<typeof backupService>>): Promise<void> {
  if (isDemo && (await latestRuns(db, 1)).length === 0) await makeNow?.();
}
