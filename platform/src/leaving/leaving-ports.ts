import { backupNames, type LeavingPorts, withTarget } from '@alzette/backups';
import { endTenant, openSecrets } from '@alzette/broker/operator';
import { PRODUCT_VERSION } from '@alzette/broker/version';
import { filesToBackUp } from '@alzette/files';
import { openSecrets as openIdentitySecrets } from '@alzette/identity/secrets';
import type { Queryable } from '@alzette/kit/database';
import { readTableOwners, type TableOwners } from '@alzette/kit/table-owners';
import { productBackups } from '../backup/product-backups.ts';
import type { Config } from '../config.ts';
import { migrationFolders } from '../migration-folders.ts';

/** What exports, imports and deletions of tenants need of the product. @param db with all tables */
export async function leavingPorts(config: Config, db: Queryable): Promise<LeavingPorts> {
  const sealing = await openSecrets(db, config.secretKey);
  const ofAccounts = await openIdentitySecrets(db, config.secretKey);
  const backups = productBackups(config);
  return {
    owners: await tableOwners(config),
    files: filesToBackUp(config.files).ofTenants,
    product: PRODUCT_VERSION,
    secrets: {
      open: async (sealed, owner) =>
        sealed.startsWith('eyJ') ? ofAccounts.open(sealed, owner) : sealing.open(sealed, owner),
      seal: async (kind, text, owner) => (kind === 'jwe' ? ofAccounts.seal(text, owner) : sealing.seal(text, owner)),
    },
    async endTenant(tx, tenant) {
      await endTenant(tx, tenant);
    },
    backups: async () => (backups === undefined ? [] : withTarget(backups.target, backupNames)),
  };
}

/** Whose the rows of all tables of the product are. */
export function tableOwners(config: Config): Promise<TableOwners[]> {
  return Promise.all(migrationFolders(config).map(({ folder }) => readTableOwners(folder)));
}
