import { unzipSync } from 'fflate';
import { combine, parseDbf, parseShp } from 'shpjs';
import type { PublishedBoundary } from '../communes-in-boundaries.ts';
import { FileFault, MOST_FEATURES, MOST_UNPACKED_BYTES } from './file-fault.ts';
import { systemOf } from './reproject.ts';

const PARTS = /\.(shp|dbf|prj|cpg)$/i;
const MOST_RATIO = 200;
const COMMUNES = /commune|gemeinde|_gem\b|gem$/i;

interface Shapefile {
  readonly features: PublishedBoundary[];
  /** Absent: the file doesn't say. */
  readonly code?: number;
}

/** The features of the Shapefile of communes, or of the only one, in a zip. @throws FileFault */
export function readZippedShapefile(zip: Uint8Array): Shapefile {
  const files = unzipped(zip);
  const shapes = [...files.keys()].filter((name) => /\.shp$/i.test(name));
  const chosen = shapes.find((name) => COMMUNES.test(name)) ?? (shapes.length === 1 ? shapes[0] : undefined);
  if (chosen === undefined) {
    throw new FileFault(`its Shapefiles: got ${shapes.join(', ') || 'none'}, expected one of communes, or only one`);
  }
  const part = (ending: string) => {
    const wanted = chosen.replace(/\.shp$/i, ending).toLowerCase();
    const [, found] = [...files].find(([name]) => name.toLowerCase() === wanted) ?? [];
    return found;
  };
  const prj = part('.prj');
  const code = prj && systemOf(text(prj));
  if (prj !== undefined && code === undefined) {
    throw new FileFault(`its coordinate system is not known: ${text(prj).slice(0, 100)}`);
  }
  const dbf = part('.dbf');
  if (dbf === undefined) throw new FileFault(`${chosen}: got no .dbf beside it, where the names are`);
  const features = parsed(view(files.get(chosen) as Uint8Array), view(dbf), encodingOf(part('.cpg'), dbf));
  if (features.length > MOST_FEATURES) throw new FileFault(`${chosen}: got more than ${MOST_FEATURES} features`);
  return { features, ...(code !== undefined && { code }) };
}

function parsed(shp: DataView, dbf: DataView, encoding: string): PublishedBoundary[] {
  try {
    // Without .prj: coordinates stay as they are, and are converted by one place.
    return combine([parseShp(shp), parseDbf(dbf, encoding)]).features as PublishedBoundary[];
  } catch (cause) {
    throw new FileFault(`it is no Shapefile: ${(cause as Error).message}`);
  }
}

/** What the .cpg says; else UTF-8, if that is valid. */
function encodingOf(cpg: Uint8Array | undefined, dbf: Uint8Array): string {
  const said = cpg && text(cpg).trim().toLowerCase();
  if (said) return /^(?:8859|iso.?8859)/.test(said) ? 'windows-1252' : said;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(
      dbf.subarray(dbf[8] !== undefined ? dbf[8] + 256 * (dbf[9] ?? 0) : 0),
    );
    return 'utf-8';
  } catch {
    return 'windows-1252';
  }
}

function unzipped(zip: Uint8Array): Map<string, Uint8Array> {
  let bytes = 0;
  try {
    const files = unzipSync(zip, {
      filter({ name, size, originalSize }) {
        if (!PARTS.test(name)) return false;
        bytes += originalSize;
        if (bytes > MOST_UNPACKED_BYTES) throw new FileFault(`it unpacks to more than ${MOST_UNPACKED_BYTES} bytes`);
        if (originalSize > 1_000_000 && originalSize > size * MOST_RATIO) {
          throw new FileFault(`${name} unpacks to more than ${MOST_RATIO} times its size`);
        }
        return true;
      },
    });
    return new Map(Object.entries(files));
  } catch (cause) {
    if (cause instanceof FileFault) throw cause;
    throw new FileFault(`it is no zip: ${(cause as Error).message}`);
  }
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function text(bytes: Uint8Array): string {
  return new TextDecoder('windows-1252').decode(bytes);
}
