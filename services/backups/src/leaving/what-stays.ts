import type { Queryable } from '@alzette/kit/database';
import { NO_RIGHTS } from './import-tenant.ts';
import type { LeavingPorts } from './ports.ts';
import { bound } from './row-statements.ts';
import { isOfRights, type TenantTable, tenantTables } from './tenant-tables.ts';

/** A right that was taken away does not come back with old data, and what was done stays known. */
export const STAYS = (table: TenantTable) => isOfRights(table) || table.stays === true;

/**
 * Keeps the rows that stay, because those to which they refer are deleted with them.
 *
 * @param isHeld of which tables besides
 *
 * @returns puts them back
 */
export async function holdBack(
  tx: Queryable,
  { owners }: Pick<LeavingPorts, 'owners'>,
  tenant: string,
  isHeld: (table: TenantTable) => boolean = () => false,
): Promise<() => Promise<void>> {
  const held: { readonly name: string; readonly rows: string }[] = [];
  for (const table of await tenantTables(tx, owners)) {
    const { name, stays, skip, rows: condition } = table;
    if (!isHeld(table) && (stays !== true || skip === undefined)) continue;
    const text = `SELECT coalesce(json_agg(t), '[]')::text AS rows FROM ${name} t WHERE ${condition}`;
    const { rows } = await tx.query<{ rows: string }>(bound(text, { tenant, rights: NO_RIGHTS }));
    held.push({ name, rows: rows[0]?.rows ?? '[]' });
  }
  return async () => {
    for (const { name, rows } of held) {
      const text = `INSERT INTO ${name} SELECT * FROM json_populate_recordset(NULL::${name}, $1::json) ON CONFLICT DO NOTHING`;
      await tx.query({ text, values: [rows] });
    }
  };
}
