import { closeSync, openSync, readSync } from 'node:fs';

const HEADER_BYTES = 127;
const VERSION = 3;
/** Vector tiles, PNG, JPEG, WebP, AVIF. */
const TILE_TYPES = [1, 2, 3, 4, 5];
/** None, gzip: what browsers read. */
const COMPRESSIONS = [1, 2];

/** Why a file can't be a base map, as a text; undefined: it is a PMTiles archive that the pages can show. */
export function faultOfArchive(file: string): string | undefined {
  let header: Buffer;
  try {
    header = beginningOf(file);
  } catch {
    return 'it can’t be read';
  }
  if (header.length < HEADER_BYTES || header.toString('latin1', 0, 7) !== 'PMTiles') return 'it is no PMTiles archive';
  if (header[7] !== VERSION) return `it is a PMTiles archive of version ${header[7]}, expected ${VERSION}`;
  if (!COMPRESSIONS.includes(header[97] ?? 0) || !COMPRESSIONS.includes(header[98] ?? 0)) {
    return 'it is compressed in a way that browsers do not read, expected none or gzip';
  }
  const type = header[99] ?? 0;
  return TILE_TYPES.includes(type) ? undefined : `its tiles have type ${type}, expected vector tiles (MVT) or images`;
}

function beginningOf(file: string): Buffer {
  const descriptor = openSync(file, 'r');
  try {
    const header = Buffer.alloc(HEADER_BYTES);
    return header.subarray(0, readSync(descriptor, header, 0, HEADER_BYTES, 0));
  } finally {
    closeSync(descriptor);
  }
}
