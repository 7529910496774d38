import type { Queryable } from '@alzette/kit/database';

const TELLS = 'SELECT 1 FROM packs.telling WHERE tenant = $1';
const TELL = 'INSERT INTO packs.telling (tenant) VALUES ($1) ON CONFLICT DO NOTHING';
const BE_SILENT = 'DELETE FROM packs.telling WHERE tenant = $1';
const TOLD = `
  SELECT tenant, id FROM packs.installed JOIN packs.telling USING (tenant)
  WHERE tenant <> $1 ORDER BY id, tenant LIMIT 2000 /* all tenants: those that tell which packs they use */`;

/** Whether a collectivity tells the others of the installation which packs it uses. */
export async function tellsOthers(db: Queryable, tenant: string): Promise<boolean> {
  return (await db.query({ text: TELLS, values: [tenant] })).rows.length > 0;
}

export async function setTelling(db: Queryable, tenant: string, tells: boolean): Promise<void> {
  await db.query({ text: tells ? TELL : BE_SILENT, values: [tenant] });
}

/** The packs of the others that tell it. */
export async function toldPacks(
  db: Queryable,
  tenant: string,
): Promise<readonly { readonly tenant: string; readonly id: string }[]> {
  return (await db.query<{ tenant: string; id: string }>({ text: TOLD, values: [tenant] })).rows;
}
