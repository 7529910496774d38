import type { Database, Queryable } from '@alzette/kit/database';
import { missing, refused } from '@alzette/kit/problems';
import { digestOf } from '../archive/digest.ts';
import { refuseCluster } from './export-tenant.ts';
import type { EmptyingPorts, LeavingPorts } from './ports.ts';
import { rightsOf } from './rights.ts';
import { bound, SAME_TEXTS, type Whose } from './row-statements.ts';
import { tellProcesses } from './tell-processes.ts';
import { type TenantTable, tenantTables } from './tenant-tables.ts';

const IS_THERE = 'SELECT EXISTS (SELECT FROM tenant WHERE name = $1) AS there';
const SPACES = 'SELECT space FROM snapshot WHERE of_tenant = $1';
const NOTICES = 'DELETE FROM snapshot_notice WHERE space = ANY ($1::text[])';

export interface Certificate {
  readonly product: string;
  readonly tenant: string;
  readonly deletedAt: string;
  /** Who has deleted it, as in the audit. */
  readonly by: string;
  readonly tables: readonly { readonly table: string; readonly rows: number; readonly sum: string }[];
  readonly rows: number;
  readonly files: number;
  /** Backups that were made before and still contain it. */
  readonly backups: readonly string[];
  /** SHA-256 of the JSON of all members before it. */
  readonly sha256: string;
}

interface Deletion {
  readonly tenant: string;
  readonly by: string;
  readonly now?: Date;
}

/**
 * Deletes everything of a tenant. If the process is killed, the same call completes it.
 *
 * @throws Problem 404: there is no such tenant; 400: it is the default tenant
 */
export async function deleteTenant(
  db: Database,
  ports: LeavingPorts,
  { tenant, by, now = new Date() }: Deletion,
): Promise<Certificate> {
  if (tenant === '') throw refused('tenant', '@default', 'another than the default tenant, which can only be emptied');
  await refuseCluster(db);
  const backups = await ports.backups();
  const { tables, files } = await db.transaction(async (tx) => {
    const deleted = await deleteIn(tx, ports, tenant);
    // Before the end of the transaction: until then another call finds the tenant, and completes the deletion.
    await ports.files.remove(tenant, deleted.files);
    return deleted;
  });
  // Other processes have been told. What a tenant's deletion adds to the logs of changes names its subscriptions.
  for (const log of ['subscription_change', 'registration_change']) {
    await db.query({ text: `DELETE FROM ${log} WHERE tenant = $1`, values: [tenant] });
  }
  const rows = tables.reduce((sum, each) => sum + each.rows, 0);
  const deletedAt = now.toISOString();
  const said = { product: ports.product, tenant, deletedAt, by, tables, rows, files: files.length, backups };
  return { ...said, sha256: digestOf(Buffer.from(JSON.stringify(said))) };
}

/**
 * Deletes the rows of a tenant. Its files are for the caller to remove.
 *
 * @param keeps tables that stay as they are
 */
export async function deleteIn(
  tx: Queryable,
  ports: EmptyingPorts,
  tenant: string,
  keeps: (table: TenantTable) => boolean = () => false,
) {
  const { rows } = await tx.query<{ there: boolean }>({ text: IS_THERE, values: [tenant] });
  if (rows[0]?.there !== true) throw missing('tenant', tenant);
  await tx.query({ text: SAME_TEXTS });
  const whose = { tenant, rights: await rightsOf(tx, tenant) };
  const all = (await tenantTables(tx, ports.owners)).filter((table) => !keeps(table));
  const tables = all.filter(({ shared }) => !shared);
  const shared: { readonly table: TenantTable; readonly ids: readonly string[] }[] = [];
  for (const table of all.filter((each) => each.shared === true)) {
    const { rows: used } = await tx.query<{ id: string }>(
      bound(`SELECT t.id FROM ${table.name} t WHERE ${table.rows}`, whose),
    );
    shared.push({ table, ids: used.map(({ id }) => id) });
  }
  const counted = await counts(tx, tables, whose);
  const files = await ports.files.ids(tx, tenant);
  const spaces = (await tx.query<{ space: string }>({ text: SPACES, values: [tenant] })).rows.map(({ space }) => space);
  // Those that are found by other tables go before these.
  const found = ({ rows: condition }: TenantTable) => condition.includes('SELECT');
  const backwards = tables.toReversed();
  for (const table of backwards.filter(found)) await erase(tx, table, whose);
  await ports.endTenant(tx, tenant);
  for (const table of backwards) if (!found(table)) await erase(tx, table, whose);
  for (const { table, ids } of shared.toReversed()) {
    const text = `DELETE FROM ${table.name} t WHERE t.id = ANY ($1::text[]) AND ${table.unused}`;
    const { rowCount } = await tx.query({ text, values: [ids] });
    if (rowCount > 0) counted.push({ table: table.name, rows: rowCount, sum: '' });
  }
  await tx.query({ text: NOTICES, values: [spaces] });
  for (const table of tables) {
    // What snapshots hold is stored under their own names. Only the broker has such rows.
    if (table.tenantColumn !== 'tenant' || table.name.includes('.') || table.erase !== undefined) continue;
    await tx.query({ text: `DELETE FROM ${table.name} WHERE tenant = ANY ($1::text[])`, values: [spaces] });
  }
  await tellProcesses(tx, ports.owners);
  return { tables: counted, files };
}

async function erase(tx: Queryable, { name, rows, all, erase }: TenantTable, whose: Whose): Promise<void> {
  if (erase !== undefined) await tx.query({ text: `SELECT set_config('alzette.leaving', 'on', true)` });
  await tx.query(bound(erase ?? `DELETE FROM ${name} t WHERE ${all ?? rows}`, whose));
}

async function counts(tx: Queryable, tables: readonly TenantTable[], whose: Whose) {
  const counted: { table: string; rows: number; sum: string }[] = [];
  for (const { name, all, rows: condition } of tables) {
    const text = `SELECT count(*)::float8 AS rows, coalesce(sum(hashtextextended(t::text, 0)), 0)::text AS sum FROM ${name} t WHERE ${all ?? condition}`;
    const { rows } = await tx.query<{ rows: number; sum: string }>(bound(text, whose));
    for (const each of rows) if (each.rows > 0) counted.push({ table: name, ...each });
  }
  return counted;
}
