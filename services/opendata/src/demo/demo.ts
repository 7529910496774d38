import type { Queryable } from '@alzette/kit/database';
import { createDataset, publishDataset } from '../datasets/dataset-rows.ts';
import { DEMO_DATASETS } from './demo-datasets.ts';

/** Publishes the demo's datasets that don't exist. Changed or withdrawn ones stay. */
export async function putDemo(db: Queryable, refreshSoon: (id: string) => Promise<void>): Promise<void> {
  for (const [id, definition] of Object.entries(DEMO_DATASETS)) {
    if (!(await createDataset(db, id, definition))) continue;
    await publishDataset(db, id);
    await refreshSoon(id);
  }
}
