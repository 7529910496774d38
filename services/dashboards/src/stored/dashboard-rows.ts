import type { Database, Queryable } from '@alzette/kit/database';
import type { Dashboard } from '@alzette/ngsi-ld-schemas/dashboards';

const COLUMNS = 'id, document, version, author, changed_by, changed_at, link, is_published';
const ALL = `SELECT ${COLUMNS} FROM dashboards.dashboard WHERE tenant = $1 ORDER BY document ->> 'title', id`;
const ONE = `SELECT ${COLUMNS} FROM dashboards.dashboard WHERE tenant = $1 AND id = $2`;
const BY_LINK = `SELECT tenant, ${COLUMNS} FROM dashboards.dashboard WHERE link = $1 /* all tenants: a shared link does not tell which */`;
const CREATE = `
  INSERT INTO dashboards.dashboard (tenant, id, document, author, changed_by, is_published) VALUES ($1, $2, $3, $4, $4, $5)
  ON CONFLICT DO NOTHING`;
const KEEP_VERSION = `
  INSERT INTO dashboards.version (tenant, id, version, document, changed_by, changed_at)
  SELECT tenant, id, version, document, changed_by, changed_at FROM dashboards.dashboard
  WHERE tenant = $1 AND id = $2 AND version = $3 FOR UPDATE`;
const CHANGE = `
  UPDATE dashboards.dashboard SET document = $4, version = version + 1, changed_by = $5, changed_at = now(),
    is_published = $6
  WHERE tenant = $1 AND id = $2 AND version = $3`;
const DELETE = 'DELETE FROM dashboards.dashboard WHERE tenant = $1 AND id = $2';
const SHARE = 'UPDATE dashboards.dashboard SET link = $3 WHERE tenant = $1 AND id = $2';
const VERSIONS = `
  SELECT version, document, changed_by, changed_at FROM dashboards.version WHERE tenant = $1 AND id = $2
  ORDER BY version DESC LIMIT 100`;

interface Row {
  readonly tenant: string;
  readonly id: string;
  readonly document: string;
  readonly version: number;
  readonly author: string;
  readonly changed_by: string;
  readonly changed_at: Date;
  readonly link: string | null;
  readonly is_published: boolean;
}

export interface KeptDashboard {
  readonly id: string;
  readonly dashboard: Dashboard;
  readonly version: number;
  readonly author: string;
  readonly changedBy: string;
  readonly changedAt: string;
  readonly link?: string;
  /** Without roles: whether it is for all who may read what it shows. */
  readonly isPublished: boolean;
}

/** A dashboard to save. */
export interface NewDashboard {
  readonly dashboard: Dashboard;
  readonly author: string;
  readonly isPublished: boolean;
}

export async function listDashboards(db: Queryable, tenant: string): Promise<KeptDashboard[]> {
  return (await db.query<Row>({ text: ALL, values: [tenant] })).rows.map(kept);
}

export async function findDashboard(db: Queryable, tenant: string, id: string): Promise<KeptDashboard | undefined> {
  const [row] = (await db.query<Row>({ text: ONE, values: [tenant, id] })).rows;
  return row && kept(row);
}

export async function findByLink(
  db: Queryable,
  link: string,
): Promise<(KeptDashboard & { readonly tenant: string }) | undefined> {
  const [row] = (await db.query<Row>({ text: BY_LINK, values: [link] })).rows;
  return row && { ...kept(row), tenant: row.tenant };
}

/** False: the id is in use. */
export async function createDashboard(
  db: Queryable,
  tenant: string,
  id: string,
  { dashboard, author, isPublished }: NewDashboard,
): Promise<boolean> {
  const values = [tenant, id, JSON.stringify(dashboard), author, isPublished];
  const { rowCount } = await db.query({ text: CREATE, values });
  return rowCount === 1;
}

/** Changes a version and keeps the old one. False: it is no longer the present version. */
export function changeDashboard(
  db: Database,
  tenant: string,
  id: string,
  version: number,
  { dashboard, author, isPublished }: NewDashboard,
): Promise<boolean> {
  return db.transaction(async (tx) => {
    const { rowCount } = await tx.query({ text: KEEP_VERSION, values: [tenant, id, version] });
    if (rowCount === 0) return false;
    await tx.query({ text: CHANGE, values: [tenant, id, version, JSON.stringify(dashboard), author, isPublished] });
    return true;
  });
}

export async function deleteDashboard(db: Queryable, tenant: string, id: string): Promise<void> {
  await db.query({ text: DELETE, values: [tenant, id] });
}

/** @param link undefined: it is no longer shared by a link */
export async function shareDashboard(db: Queryable, tenant: string, id: string, link: string | undefined) {
  await db.query({ text: SHARE, values: [tenant, id, link ?? null] });
}

/** Earlier versions, latest first. */
export async function versionsOf(db: Queryable, tenant: string, id: string) {
  const { rows } = await db.query<Row>({ text: VERSIONS, values: [tenant, id] });
  return rows.map(({ version, document, changed_by, changed_at }) => ({
    version,
    dashboard: JSON.parse(document) as Dashboard,
    changedBy: changed_by,
    changedAt: changed_at.toISOString(),
  }));
}

function kept({ id, document, version, author, changed_by, changed_at, link, is_published }: Row): KeptDashboard {
  return {
    id,
    dashboard: JSON.parse(document) as Dashboard,
    version,
    author,
    changedBy: changed_by,
    changedAt: changed_at.toISOString(),
    isPublished: is_published,
    ...(link !== null && { link }),
  };
}
