import type { Database, Queryable } from '@alzette/kit/database';
import type { Parameters, SealedManifest } from '../contract/manifest.ts';
import type { ConfigurationDocument } from '../documents/kinds.ts';

/** At most this many archives are stored for a tenant: older ones make room. */
const MAX_ARCHIVES = 50;
/** The same documents may come again with a signature, which is not in the digest. */
const KEEP_ARCHIVE = `
  INSERT INTO packs.archive (tenant, digest, content, uploaded_by) VALUES ($1, $2, decode($3, 'base64'), $4)
  ON CONFLICT (tenant, digest) DO UPDATE SET content = excluded.content, uploaded_at = excluded.uploaded_at`;
const MAKE_ROOM = `
  DELETE FROM packs.archive WHERE tenant = $1 AND digest NOT IN (SELECT digest FROM packs.installed WHERE tenant = $1)
    AND digest NOT IN (
      SELECT digest FROM packs.archive WHERE tenant = $1 ORDER BY uploaded_at DESC, digest LIMIT ${MAX_ARCHIVES})`;
const ARCHIVE = `SELECT encode(content, 'base64') AS content FROM packs.archive WHERE tenant = $1 AND digest = $2`;
const INSTALLED = `
  SELECT id, version, digest, manifest, parameters, trust, installed_by, installed_at FROM packs.installed
  WHERE tenant = $1 ORDER BY id`;
const OBJECTS = 'SELECT folder, id, pack, base, stored, before FROM packs.object WHERE tenant = $1 ORDER BY folder, id';
const UPSERT = `
  INSERT INTO packs.installed (tenant, id, version, digest, manifest, parameters, trust, installed_by)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
  ON CONFLICT (tenant, id) DO UPDATE SET version = excluded.version, digest = excluded.digest,
    manifest = excluded.manifest, parameters = excluded.parameters, trust = excluded.trust,
    installed_by = excluded.installed_by, installed_at = excluded.installed_at`;
const REMOVE = 'DELETE FROM packs.installed WHERE tenant = $1 AND id = $2';
const FORGET_OBJECTS = 'DELETE FROM packs.object WHERE tenant = $1 AND pack = $2';
const KEEP_OBJECT = `
  INSERT INTO packs.object (tenant, folder, id, pack, base, before, stored) VALUES ($1, $2, $3, $4, $5, $6, $7)`;
/** What an ended process left may be taken over. */
const BEGIN = `
  INSERT INTO packs.under_way (tenant, pack, undo, until) VALUES ($1, $2, $3, now() + interval '60 s')
  ON CONFLICT (tenant) DO NOTHING`;
const UNDER_WAY = 'SELECT pack, undo, until < now() AS is_over FROM packs.under_way WHERE tenant = $1';
const TAKE_OVER = `
  UPDATE packs.under_way SET until = now() + interval '60 s' WHERE tenant = $1 AND until < now()`;
const RENEW = `UPDATE packs.under_way SET until = now() + interval '60 s' WHERE tenant = $1`;
const END = 'DELETE FROM packs.under_way WHERE tenant = $1';

/** A document that came from a pack. */
export interface PackObject {
  readonly folder: string;
  readonly id: string;
  readonly pack: string;
  /** As in the pack, with its parameters. */
  readonly base: ConfigurationDocument;
  /** As the product had it then, with members that it adds. Absent: as in the pack. */
  readonly stored?: ConfigurationDocument;
  /** What was there before. */
  readonly before?: ConfigurationDocument;
}

export type Trust = 'product' | 'trusted' | 'unsigned';

export interface InstalledPack {
  readonly id: string;
  readonly version: string;
  readonly digest: string;
  readonly manifest: SealedManifest;
  readonly parameters: Parameters;
  readonly trust: Trust;
  readonly installedBy: string;
  readonly installedAt: string;
}

/** How a document was before a change that is under way; `before` is absent if there was none. */
export interface Undo {
  readonly folder: string;
  readonly id: string;
  readonly before?: ConfigurationDocument;
}

export async function keepArchive(
  db: Database,
  tenant: string,
  { digest, content, by }: { readonly digest: string; readonly content: Buffer; readonly by: string },
): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.query({ text: KEEP_ARCHIVE, values: [tenant, digest, content.toString('base64'), by] });
    await tx.query({ text: MAKE_ROOM, values: [tenant] });
  });
}

export async function findArchive(db: Queryable, tenant: string, digest: string): Promise<Buffer | undefined> {
  const { rows } = await db.query<{ content: string }>({ text: ARCHIVE, values: [tenant, digest] });
  const [row] = rows;
  return row && Buffer.from(row.content, 'base64');
}

interface InstalledRow {
  readonly id: string;
  readonly version: string;
  readonly digest: string;
  readonly manifest: string;
  readonly parameters: string;
  readonly trust: Trust;
  readonly installed_by: string;
  readonly installed_at: Date;
}

export async function installedPacks(db: Queryable, tenant: string): Promise<InstalledPack[]> {
  const { rows } = await db.query<InstalledRow>({ text: INSTALLED, values: [tenant] });
  return rows.map(({ id, version, digest, manifest, parameters, trust, installed_by, installed_at }) => ({
    id,
    version,
    digest,
    manifest: JSON.parse(manifest) as SealedManifest,
    parameters: JSON.parse(parameters) as Parameters,
    trust,
    installedBy: installed_by,
    installedAt: installed_at.toISOString(),
  }));
}

/** Of all packs. */
export async function packObjects(db: Queryable, tenant: string): Promise<PackObject[]> {
  const { rows } = await db.query<
    Omit<PackObject, 'base' | 'stored' | 'before'> & { base: string; stored: string | null; before: string | null }
  >({
    text: OBJECTS,
    values: [tenant],
  });
  return rows.map(({ base, stored, before, ...row }) => ({
    ...row,
    base: JSON.parse(base) as ConfigurationDocument,
    ...(stored !== null && { stored: JSON.parse(stored) as ConfigurationDocument }),
    ...(before !== null && { before: JSON.parse(before) as ConfigurationDocument }),
  }));
}

/** Writes down that a change is done: the pack as it is now, and what came from it. */
export async function keepInstalled(
  db: Database,
  tenant: string,
  pack: Omit<InstalledPack, 'installedAt'>,
  objects: readonly PackObject[],
): Promise<void> {
  const { id, version, digest, manifest, parameters, trust, installedBy } = pack;
  await db.transaction(async (tx) => {
    await tx.query({
      text: UPSERT,
      values: [tenant, id, version, digest, JSON.stringify(manifest), JSON.stringify(parameters), trust, installedBy],
    });
    await tx.query({ text: FORGET_OBJECTS, values: [tenant, id] });
    const text = (document: ConfigurationDocument | undefined) => (document ? JSON.stringify(document) : null);
    for (const { folder, id: object, base, before, stored } of objects) {
      const values = [tenant, folder, object, id, text(base), text(before), text(stored)];
      await tx.query({ text: KEEP_OBJECT, values });
    }
    await tx.query({ text: END, values: [tenant] });
  });
}

export async function forgetInstalled(db: Database, tenant: string, id: string): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.query({ text: FORGET_OBJECTS, values: [tenant, id] });
    await tx.query({ text: REMOVE, values: [tenant, id] });
    await tx.query({ text: END, values: [tenant] });
  });
}

/** False: another change is under way. */
export async function begin(db: Queryable, tenant: string, pack: string, undo: readonly Undo[]): Promise<boolean> {
  return (await db.query({ text: BEGIN, values: [tenant, pack, JSON.stringify(undo)] })).rowCount === 1;
}

export async function underWay(db: Queryable, tenant: string) {
  const { rows } = await db.query<{ pack: string; undo: string; is_over: boolean }>({
    text: UNDER_WAY,
    values: [tenant],
  });
  const [row] = rows;
  return row && { pack: row.pack, undo: JSON.parse(row.undo) as readonly Undo[], isOver: row.is_over };
}

/** True: it was interrupted, and is now the caller's to take back. */
export async function takeOver(db: Queryable, tenant: string): Promise<boolean> {
  return (await db.query({ text: TAKE_OVER, values: [tenant] })).rowCount === 1;
}

export async function renew(db: Queryable, tenant: string): Promise<void> {
  await db.query({ text: RENEW, values: [tenant] });
}

export async function end(db: Queryable, tenant: string): Promise<void> {
  await db.query({ text: END, values: [tenant] });
}
