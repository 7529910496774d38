import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Queryable } from '@alzette/kit/database';
import type { GivenBoundaries, GivenStreets, TerritoryDocument } from '../contract/territory.ts';
import type { CheckedTerritory } from './check-territory.ts';

/** NOTIFY channel for changes of collectivities. */
export const CHANGED = 'collectivity_changed';

const TELL = `SELECT send_message('${CHANGED}', '')`;
const COLUMNS = `c.tenant, c.version, c.revision, c.document, to_jsonb(c.bbox) AS bbox, c.founded_at AS "foundedAt", c.changed_at AS "changedAt",
  ARRAY(SELECT h.host FROM territory.host h WHERE h.tenant = c.tenant ORDER BY h.place) AS hosts`;
const REVISIONS = 'SELECT tenant, revision FROM territory.collectivity';
const THESE = `SELECT ${COLUMNS} FROM territory.collectivity c WHERE c.tenant = ANY ($1::text[])`;
const INSERT = `
  INSERT INTO territory.collectivity (tenant, version, revision, document, bbox)
  VALUES ($1, 1, nextval('territory.revision'), $2, $3) ON CONFLICT (tenant) DO NOTHING`;
const UPDATE = `
  UPDATE territory.collectivity
  SET version = version + 1, revision = nextval('territory.revision'), document = $2, bbox = $3, changed_at = now()
  WHERE tenant = $1 AND version = $4`;
const TOUCH = `
  UPDATE territory.collectivity SET revision = nextval('territory.revision'), changed_at = now() WHERE tenant = $1`;
const RECORD = `
  INSERT INTO territory.version (tenant, version, changed_by, document)
  SELECT tenant, version, $2, document FROM territory.collectivity WHERE tenant = $1`;
const VERSIONS = `
  SELECT version, changed_at AS "changedAt", changed_by AS "changedBy" FROM territory.version
  WHERE tenant = $1 ORDER BY version DESC LIMIT 100`;
const PUT_SHAPE = `
  INSERT INTO territory.shape (tenant, kind, hash, content) VALUES ($1, $2, $3, $4)
  ON CONFLICT (tenant, kind) DO UPDATE SET hash = excluded.hash, content = excluded.content`;
const DELETE_STREETS = `DELETE FROM territory.shape WHERE tenant = $1 AND kind = 'streets'`;
const SHAPES = 'SELECT kind, content FROM territory.shape WHERE tenant = $1';
const DELETE_HOSTS = 'DELETE FROM territory.host WHERE tenant = $1';
const INSERT_HOSTS = `
  INSERT INTO territory.host (host, tenant, place)
  SELECT host, $1, place FROM unnest($2::text[]) WITH ORDINALITY AS given (host, place)
  ON CONFLICT (host) DO NOTHING RETURNING host`;

export interface CollectivityRow {
  readonly tenant: string;
  readonly version: number;
  readonly revision: number;
  readonly document: TerritoryDocument;
  readonly bbox: readonly [number, number, number, number];
  readonly foundedAt: Date;
  readonly changedAt: Date;
  readonly hosts: readonly string[];
}

export interface KeptShapes {
  readonly boundaries: GivenBoundaries;
  readonly streets?: GivenStreets;
}

/** Which collectivities there are, and how new they are. */
export async function revisions(db: Queryable): Promise<ReadonlyMap<string, number>> {
  const { rows } = await db.query<{ tenant: string; revision: number }>({
    name: 'collectivity-revisions',
    text: REVISIONS,
  });
  return new Map(rows.map(({ tenant, revision }) => [tenant, revision]));
}

export async function readCollectivities(db: Queryable, tenants: readonly string[]): Promise<CollectivityRow[]> {
  type Row = Omit<CollectivityRow, 'document' | 'bbox'> & { document: string; bbox: string };
  const { rows } = await db.query<Row>({ name: 'collectivities', text: THESE, values: [tenants] });
  return rows.map((row) => ({
    ...row,
    document: JSON.parse(row.document) as TerritoryDocument,
    bbox: JSON.parse(row.bbox) as CollectivityRow['bbox'],
  }));
}

export async function readShapes(db: Queryable, tenant: string): Promise<KeptShapes> {
  const { rows } = await db.query<{ kind: string; content: Uint8Array }>({ text: SHAPES, values: [tenant] });
  const read = async (kind: string) => {
    const found = rows.find((row) => row.kind === kind);
    return found && (JSON.parse((await promisify(gunzip)(found.content)).toString()) as unknown);
  };
  const [boundaries, streets] = await Promise.all([read('boundaries'), read('streets')]);
  return {
    boundaries: (boundaries ?? { type: 'FeatureCollection', features: [] }) as GivenBoundaries,
    ...(streets !== undefined && { streets: streets as GivenStreets }),
  };
}

/** @returns false: there is one of this tenant */
export async function insertCollectivity(
  tx: Queryable,
  tenant: string,
  territory: CheckedTerritory,
  by: string,
): Promise<boolean> {
  const values = [tenant, JSON.stringify(territory.document), territory.bbox];
  if ((await tx.query({ text: INSERT, values })).rowCount === 0) return false;
  await keep(tx, tenant, territory, by);
  return true;
}

/** @returns false: it has another version now, or there is none */
export async function updateCollectivity(
  tx: Queryable,
  tenant: string,
  territory: CheckedTerritory,
  { by, version }: { readonly by: string; readonly version: number },
): Promise<boolean> {
  const values = [tenant, JSON.stringify(territory.document), territory.bbox, version];
  if ((await tx.query({ text: UPDATE, values })).rowCount === 0) return false;
  await keep(tx, tenant, territory, by);
  return true;
}

async function keep(tx: Queryable, tenant: string, { shapes }: CheckedTerritory, by: string): Promise<void> {
  await tx.query({ text: RECORD, values: [tenant, by] });
  await putShape(tx, tenant, 'boundaries', shapes.boundaries);
  if (shapes.streets) await putShape(tx, tenant, 'streets', shapes.streets);
  else await tx.query({ text: DELETE_STREETS, values: [tenant] });
  await tx.query({ text: TELL });
}

async function putShape(tx: Queryable, tenant: string, kind: string, shape: object): Promise<void> {
  const text = JSON.stringify(shape);
  const hash = createHash('sha256').update(text).digest('base64url');
  await tx.query({ text: PUT_SHAPE, values: [tenant, kind, hash, await promisify(gzip)(text)] });
}

/** @returns a host that another collectivity has; undefined: it has them all now */
export async function putHosts(tx: Queryable, tenant: string, hosts: readonly string[]): Promise<string | undefined> {
  await tx.query({ text: DELETE_HOSTS, values: [tenant] });
  const { rows } = await tx.query<{ host: string }>({ text: INSERT_HOSTS, values: [tenant, hosts] });
  const own = new Set(rows.map(({ host }) => host));
  const taken = hosts.find((host) => !own.has(host));
  if (taken !== undefined) return taken;
  await tx.query({ text: TOUCH, values: [tenant] });
  await tx.query({ text: TELL });
  return undefined;
}

/** The latest first. */
export async function readVersions(db: Queryable, tenant: string) {
  type Row = { version: number; changedAt: Date; changedBy: string };
  return (await db.query<Row>({ text: VERSIONS, values: [tenant] })).rows;
}
