import type { Database } from '@alzette/kit/database';
import { deleteIn } from './delete-tenant.ts';
import { refuseCluster } from './export-tenant.ts';
import type { EmptyingPorts } from './ports.ts';
import { holdBack, STAYS } from './what-stays.ts';

/**
 * Deletes what a tenant has in all services and in the broker. The tenant itself stays, with its rights, its hosts and its audit; its
 * quotas do not.
 *
 * @throws Problem 404: there is no such tenant; 400: the database is a cluster
 */
export async function emptyTenant(db: Database, ports: EmptyingPorts, tenant: string): Promise<void> {
  await refuseCluster(db);
  const files = await db.transaction(async (tx) => {
    const putBack = await holdBack(tx, ports, tenant, ({ name }) => name === 'tenant');
    const deleted = await deleteIn(tx, ports, tenant, STAYS);
    await putBack();
    return deleted.files;
  });
  await ports.files.remove(tenant, files);
}
