import type { PartsOf } from '@alzette/kit/service';
import type { openData } from '@alzette/opendata';
import { createDataset, publishDataset } from '../../services/opendata/src/datasets/dataset-rows.ts';
import { DEMO_DATASETS } from './datasets.ts';

/** Publishes the demo's datasets that don't exist. Changed or withdrawn ones stay. */
export async function putDatasets({ db, refreshSoon }: PartsOf<typeof openData>): Promise<void> {
  for (const [id, definition] of Object.entries(DEMO_DATASETS)) {
    const key = { tenant: '', id };
    const isNew = await db.transaction(
      async (tx) => (await createDataset(tx, key, definition)) && (await publishDataset(tx, key)),
    );
    // If the process is killed before, a job of each minute finds that it was never refreshed.
    if (isNew) await refreshSoon(key);
  }
}
