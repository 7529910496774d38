import type { Database } from '@alzette/kit/database';
import { checkedManifest } from './archive.ts';
import { type Comparison, compareTenant } from './compare-tenant.ts';
import { deleteIn } from './delete-tenant.ts';
import { refuseCluster } from './export-tenant.ts';
import { type ImportReport, type ImportSettings, importIn, taken } from './import-tenant.ts';
import type { LeavingPorts } from './ports.ts';
import { holdBack, STAYS } from './what-stays.ts';

const IS_THERE = 'SELECT EXISTS (SELECT FROM tenant WHERE name = $1) AS there';
/**
 * Gives a tenant what it has in an archive of an earlier moment, in one transaction: all of it or nothing. Its rights,
 * its hosts and its audit stay as they are now, and so does everything of others. A tenant that was deleted comes back with its rights.
 *
 * @throws see importTenant
 */
export async function restoreTenant(
  db: Database,
  ports: LeavingPorts,
  { tenant, open, signal }: Pick<ImportSettings, 'tenant' | 'open' | 'signal'>,
): Promise<ImportReport & Pick<Comparison, 'differences'>> {
  await refuseCluster(db);
  const manifest = await checkedManifest(open());
  const { rows } = await db.query<{ there: boolean }>({ text: IS_THERE, values: [tenant] });
  const isThere = rows[0]?.there === true;
  const settings: ImportSettings = {
    tenant,
    open,
    withoutRights: isThere,
    ...(isThere && { keeps: STAYS }),
    ...(signal && { signal }),
  };
  const written = new Set<string>();
  let before: readonly string[] = [];
  let report: ImportReport;
  try {
    report = await db.transaction(async (tx) => {
      if (!isThere) return importIn(tx, ports, settings, { manifest, written });
      const putBack = await holdBack(tx, ports, tenant);
      before = (await deleteIn(tx, ports, tenant, STAYS)).files;
      const done = await importIn(tx, ports, settings, { manifest, written });
      await putBack();
      return done;
    });
  } catch (error) {
    await ports.files.remove(
      tenant,
      [...written].filter((id) => !before.includes(id)),
    );
    throw taken(error);
  }
  await ports.files.remove(
    tenant,
    before.filter((id) => !written.has(id)),
  );
  const { differences } = await compareTenant(db, ports, settings);
  return { ...report, differences };
}
