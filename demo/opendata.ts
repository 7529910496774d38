import type { PartsOf } from '@alzette/kit/service';
import type { openData } from '@alzette/opendata';
import type { DatasetDefinition } from '../services/opendata/src/datasets/dataset.ts';
import { createDataset, publishDataset } from '../services/opendata/src/datasets/dataset-rows.ts';
import { packDocuments } from './packs/documents.ts';

/** Publishes the datasets of the demo's packs that don't exist. Changed or withdrawn ones stay. */
export async function putDatasets({ db, refreshSoon }: PartsOf<typeof openData>): Promise<void> {
  for (const { id, body } of await packDocuments<DatasetDefinition>('datasets')) {
    const key = { tenant: '', id };
    const isNew = await db.transaction(
      async (tx) => (await createDataset(tx, key, body)) && (await publishDataset(tx, key)),
    );
    // If the process is killed before, a job of each minute finds that it was never refreshed.
    if (isNew) await refreshSoon(key);
  }
}
