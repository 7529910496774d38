import { backupNames, type EmptyingPorts, emptyTenant, type LeavingPorts, withTarget } from '@alzette/backups';
import type { Broker } from '@alzette/broker';
import { endTenant, openSecrets } from '@alzette/broker/operator';
import { PRODUCT_VERSION } from '@alzette/broker/version';
import { filesToBackUp } from '@alzette/files';
import { openSecrets as openIdentitySecrets } from '@alzette/identity/secrets';
import type { Database, Queryable } from '@alzette/kit/database';
import { readTableOwners, type TableOwners } from '@alzette/kit/table-owners';
import { hasCitus } from '@alzette/kit/tenant-tables';
import { productBackups } from '../backup/product-backups.ts';
import type { Config } from '../config.ts';
import { migrationFolders } from '../migration-folders.ts';

/** What exports, imports and deletions of tenants need of the product. @param db with all tables */
export async function leavingPorts(config: Config, db: Queryable): Promise<LeavingPorts> {
  const sealing = await openSecrets(db, config.secretKey);
  const ofAccounts = await openIdentitySecrets(db, config.secretKey);
  const backups = productBackups(config);
  return {
    ...(await emptyingPorts(config)),
    product: PRODUCT_VERSION,
    secrets: {
      open: async (sealed, owner) =>
        sealed.startsWith('eyJ') ? ofAccounts.open(sealed, owner) : sealing.open(sealed, owner),
      seal: async (kind, text, owner) => (kind === 'jwe' ? ofAccounts.seal(text, owner) : sealing.seal(text, owner)),
    },
    backups: async () => (backups === undefined ? [] : withTarget(backups.target, backupNames)),
  };
}

/** Whose the rows of all tables of the product are. */
export function tableOwners(config: Config): Promise<TableOwners[]> {
  return Promise.all(migrationFolders(config).map(({ folder }) => readTableOwners(folder)));
}

/** Deletes what a tenant has in all services. On a cluster, what it has in the broker. */
export async function emptyEverywhere(
  {
    config,
    db,
    broker,
  }: { readonly config: Config; readonly db: Database; readonly broker: Pick<Broker, 'emptyTenant'> },
  tenant: string,
): Promise<void> {
  if (await hasCitus(db)) await broker.emptyTenant(tenant);
  else await emptyTenant(db, await emptyingPorts(config), tenant);
}

async function emptyingPorts(config: Config): Promise<EmptyingPorts> {
  return {
    owners: await tableOwners(config),
    files: filesToBackUp(config.files).ofTenants,
    async endTenant(tx, tenant) {
      await endTenant(tx, tenant);
    },
  };
}
