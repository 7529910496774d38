import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { PublishedBoundary } from '../communes-in-boundaries.ts';
import { FileFault, MOST_FEATURES } from './file-fault.ts';
import { readWkb } from './wkb.ts';

// Only tables: a view or a trigger of the file could run anything.
const LAYERS = `
  SELECT c.table_name AS name, g.column_name AS "column", s.organization_coordsys_id AS code
  FROM gpkg_contents c JOIN gpkg_geometry_columns g ON g.table_name = c.table_name
  JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id
  JOIN sqlite_master m ON m.name = c.table_name AND m.type = 'table'
  WHERE c.data_type = 'features' LIMIT 100`;
/** The layers of communes in what statistical offices and mapping agencies publish. */
const COMMUNES = /commune|gemeinde|_gem\b|gem$/i;
/** The header of a geometry: its first bytes, then an envelope by the flags. */
const HEADER_BYTES = 8;
const ENVELOPE_BYTES = [0, 32, 48, 48, 64];

/** The features of the layer of communes, or of the only layer, of an OGC GeoPackage (12-128). @throws FileFault */
export function readGeoPackage(bytes: Uint8Array): { features: PublishedBoundary[]; code: number } {
  const folder = mkdtempSync(join(tmpdir(), 'alzette-boundaries-'));
  const file = join(folder, 'boundaries.gpkg');
  writeFileSync(file, bytes);
  let opened: DatabaseSync | undefined;
  try {
    opened = new DatabaseSync(file, { readOnly: true, allowExtension: false });
    return readLayer(opened);
  } catch (cause) {
    if (cause instanceof FileFault) throw cause;
    throw new FileFault(`it is no GeoPackage: ${(cause as Error).message}`);
  } finally {
    opened?.close();
    rmSync(folder, { recursive: true });
  }
}

function readLayer(db: DatabaseSync): { features: PublishedBoundary[]; code: number } {
  const layers = db.prepare(LAYERS).all() as { name: string; column: string; code: number }[];
  const layer = layers.find(({ name }) => COMMUNES.test(name)) ?? (layers.length === 1 ? layers[0] : undefined);
  if (layer === undefined) {
    const names = layers.map(({ name }) => name).join(', ');
    throw new FileFault(`its layers: got ${names || 'none'}, expected one of communes, or only one`);
  }
  const { column, code } = layer;
  const features: PublishedBoundary[] = [];
  for (const row of db.prepare(`SELECT * FROM ${quoted(layer.name)}`).iterate()) {
    if (features.length === MOST_FEATURES)
      throw new FileFault(`${layer.name}: got more than ${MOST_FEATURES} features`);
    const { [column]: geometry, ...properties } = row;
    features.push({ properties, geometry: geometry instanceof Uint8Array ? geometryOf(geometry) : null });
  }
  return { features, code };
}

function geometryOf(blob: Uint8Array): PublishedBoundary['geometry'] {
  const flags = blob[3] ?? 0;
  const envelope = ENVELOPE_BYTES[(flags >> 1) & 7];
  if (blob[0] !== 0x47 || blob[1] !== 0x50 || envelope === undefined)
    throw new FileFault('a geometry has no GP header');
  return flags & 16 ? null : readWkb(blob.subarray(HEADER_BYTES + envelope));
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
