import type { ServiceContext } from '@alzette/kit/service';
import type { GivenDefinition } from '../contract/definition.ts';
import { checkedDefinition } from '../datasets/check-definition.ts';
import type { DatasetKey } from '../datasets/dataset.ts';
import { createDataset, findDataset, publishDataset } from '../datasets/dataset-rows.ts';
import { mayPublish } from '../parts.ts';

/** Lets other services publish a dataset of theirs. */
export function datasetPort(
  { db, territories }: Pick<ServiceContext, 'db' | 'territories'>,
  refreshSoon: (key: DatasetKey) => Promise<void>,
) {
  return {
    async stateOf(tenant: string, id: string): Promise<'none' | 'cannot' | 'published' | 'withdrawn'> {
      if (!mayPublish(territories, tenant)) return 'cannot';
      const dataset = await findDataset(db, { tenant, id });
      if (dataset === undefined) return 'none';
      return dataset.state === 'published' ? 'published' : 'withdrawn';
    },
    /** One that exists stays as it is. */
    async publish(tenant: string, id: string, definition: GivenDefinition): Promise<void> {
      const key = { tenant, id };
      if (!(await createDataset(db, key, checkedDefinition(definition, territories.of(tenant))))) return;
      await publishDataset(db, key);
      await refreshSoon(key);
    },
    refresh: (tenant: string, id: string) => refreshSoon({ tenant, id }),
  };
}
