import type { Queryable } from '@alzette/kit/database';
import type { Procedure, VersionState } from '../contract/procedure.ts';

/** A version of a procedure. */
export interface KeptVersion {
  readonly id: string;
  readonly version: number;
  readonly state: VersionState;
  readonly document: Procedure;
  readonly savedAt: Date;
  readonly publishedAt: Date | null;
}

const COLUMNS = `id, version, state, document, saved_at AS "savedAt", published_at AS "publishedAt"`;
const ALL = `SELECT ${COLUMNS} FROM procedures.version WHERE tenant = $1 ORDER BY id, version DESC`;
const OF = `SELECT ${COLUMNS} FROM procedures.version WHERE tenant = $1 AND id = $2 ORDER BY version DESC`;
const PUBLISHED = `SELECT ${COLUMNS} FROM procedures.version WHERE tenant = $1 AND state = 'published' ORDER BY id`;
const ONE_PUBLISHED = `SELECT ${COLUMNS} FROM procedures.version WHERE tenant = $1 AND id = $2 AND state = 'published'`;
const ONE = `SELECT ${COLUMNS} FROM procedures.version WHERE tenant = $1 AND id = $2 AND version = $3`;
/** The draft, or a new one after the last version. */
const SAVE = `
  INSERT INTO procedures.version (tenant, id, version, state, document)
  VALUES ($1, $2, (SELECT coalesce(max(version) FILTER (WHERE state = 'draft'), max(version) + 1, 1)
    FROM procedures.version WHERE tenant = $1 AND id = $2), 'draft', $3)
  ON CONFLICT (tenant, id, version) DO UPDATE SET document = excluded.document, saved_at = now()`;
const INSERT = `
  INSERT INTO procedures.version (tenant, id, version, state, document, saved_at, published_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`;
const END = `UPDATE procedures.version SET state = 'archived' WHERE tenant = $1 AND id = $2 AND state = 'published' RETURNING id`;
const REMOVE_UNUSED = `
  DELETE FROM procedures.version AS v WHERE tenant = $1 AND id = $2 AND NOT EXISTS (
    SELECT FROM procedures.dossier AS d WHERE d.tenant = $1 AND d.procedure = v.id AND d.procedure_version = v.version)`;
const PUBLISH = `
  UPDATE procedures.version SET state = 'published', published_at = now()
  WHERE tenant = $1 AND id = $2 AND version = $3 AND state = 'draft' RETURNING id`;

type Row = Omit<KeptVersion, 'document'> & { readonly document: string };

export async function readVersions(db: Queryable, tenant: string): Promise<KeptVersion[]> {
  return (await db.query<Row>({ text: ALL, values: [tenant] })).rows.map(toVersion);
}

/** Of one procedure, the newest first. */
export async function readVersionsOf(db: Queryable, tenant: string, id: string): Promise<KeptVersion[]> {
  return (await db.query<Row>({ text: OF, values: [tenant, id] })).rows.map(toVersion);
}

export async function readPublished(db: Queryable, tenant: string): Promise<KeptVersion[]> {
  return (await db.query<Row>({ text: PUBLISHED, values: [tenant] })).rows.map(toVersion);
}

export async function findPublished(db: Queryable, tenant: string, id: string): Promise<KeptVersion | undefined> {
  return (await db.query<Row>({ text: ONE_PUBLISHED, values: [tenant, id] })).rows.map(toVersion)[0];
}

export async function findVersion(
  db: Queryable,
  tenant: string,
  id: string,
  version: number,
): Promise<KeptVersion | undefined> {
  return (await db.query<Row>({ text: ONE, values: [tenant, id, version] })).rows.map(toVersion)[0];
}

export async function saveDraft(db: Queryable, tenant: string, id: string, document: Procedure): Promise<void> {
  await db.query({ text: SAVE, values: [tenant, id, JSON.stringify(document)] });
}

/** Stores a version of elsewhere. */
export async function insertVersion(db: Queryable, tenant: string, kept: KeptVersion): Promise<void> {
  const { id, version, state, document, savedAt, publishedAt } = kept;
  const values = [tenant, id, version, state, JSON.stringify(document), savedAt, publishedAt];
  await db.query({ text: INSERT, values });
}

/** Ends the published version. False: there is none. */
export async function endPublished(tx: Queryable, tenant: string, id: string): Promise<boolean> {
  return (await tx.query({ text: END, values: [tenant, id] })).rows.length > 0;
}

/** Removes the versions that no dossier has. */
export async function removeUnused(tx: Queryable, tenant: string, id: string): Promise<void> {
  await tx.query({ text: REMOVE_UNUSED, values: [tenant, id] });
}

/** False: it is no draft any more. */
export async function publishDraft(tx: Queryable, tenant: string, id: string, version: number): Promise<boolean> {
  return (await tx.query({ text: PUBLISH, values: [tenant, id, version] })).rows.length > 0;
}

function toVersion({ document, ...row }: Row): KeptVersion {
  return { ...row, document: JSON.parse(document) as Procedure }; // written by this file
}
