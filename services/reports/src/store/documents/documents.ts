import type { Queryable } from '@alzette/kit/database';

type DocumentKind = 'category' | 'template' | 'settings';

const LIST = 'SELECT id, document FROM reports.document WHERE tenant = $1 AND kind = $2 ORDER BY id';
const SAVE = `
  INSERT INTO reports.document (tenant, kind, id, document) VALUES ($1, $2, $3, $4)
  ON CONFLICT (tenant, kind, id) DO UPDATE SET document = excluded.document`;
const DELETE = 'DELETE FROM reports.document WHERE tenant = $1 AND kind = $2 AND id = $3 RETURNING id';

/** The entries of an administrator, by id. */
export async function readDocuments<T>(db: Queryable, tenant: string, kind: DocumentKind): Promise<Map<string, T>> {
  const { rows } = await db.query<{ id: string; document: string }>({ text: LIST, values: [tenant, kind] });
  return new Map(rows.map(({ id, document }) => [id, JSON.parse(document) as T])); // written by this file
}

export async function saveDocument(db: Queryable, tenant: string, kind: DocumentKind, id: string, document: object) {
  await db.query({ text: SAVE, values: [tenant, kind, id, document] });
}

/** False: it did not exist. */
export async function deleteDocument(db: Queryable, tenant: string, kind: DocumentKind, id: string): Promise<boolean> {
  return (await db.query({ text: DELETE, values: [tenant, kind, id] })).rows.length > 0;
}
