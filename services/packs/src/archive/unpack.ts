import { unzipSync } from 'fflate';
import { PackFault } from './pack-fault.ts';

export const MAX_ARCHIVE_BYTES = 4 * 1024 * 1024;
/** Every document is checked beside those in use, and each rule beside all others. */
const MAX_FILES = 1000;
const MAX_UNPACKED_BYTES = 16 * 1024 * 1024;
/** YAML rarely compresses to less than a twentieth. */
const MAX_RATIO = 100;
const MAX_NAME = 200;
export const MANIFEST = 'pack.json';
export const SIGNATURE = 'pack.json.minisig';
/** A text at the top, or a document in the folder of its kind. */
const NAME =
  /^(pack\.json(\.minisig)?|LICENSE|README(\.[a-z]{2})?\.md|[a-z][a-z-]{0,39}\/[A-Za-z0-9][A-Za-z0-9._-]{0,119}\.yaml)$/;

/**
 * The files of a zip, by name. Nothing is written to a disk, so a name only says what a file is; but a strange one is
 * refused, as is what would unpack to too much.
 *
 * @throws PackFault
 */
export function unpack(zip: Uint8Array): Map<string, Uint8Array> {
  if (zip.length > MAX_ARCHIVE_BYTES) {
    throw new PackFault(`the archive has ${zip.length} bytes, the most is ${MAX_ARCHIVE_BYTES}`);
  }
  const names = new Set<string>();
  let bytes = 0;
  const files = new Map<string, Uint8Array>();
  try {
    const unzipped = unzipSync(zip, {
      filter({ name, size, originalSize }) {
        checkName(name, names);
        bytes += originalSize;
        if (bytes > MAX_UNPACKED_BYTES) throw new PackFault(`it unpacks to more than ${MAX_UNPACKED_BYTES} bytes`);
        if (originalSize > 10_000 && originalSize > size * MAX_RATIO) {
          throw new PackFault(`${name}: it unpacks to more than ${MAX_RATIO} times its size`);
        }
        return true;
      },
    });
    for (const [name, content] of Object.entries(unzipped)) files.set(name, content);
  } catch (error) {
    if (error instanceof PackFault) throw error;
    throw new PackFault(`it is not a zip archive: ${(error as Error).message}`);
  }
  return files;
}

function checkName(name: string, names: Set<string>): void {
  if (name.length > MAX_NAME || !NAME.test(name)) {
    throw new PackFault(
      `${JSON.stringify(name.slice(0, MAX_NAME))}: expected pack.json, README.md, LICENSE, or <kind>/<name>.yaml`,
    );
  }
  const folded = name.toLowerCase();
  if (names.has(folded)) throw new PackFault(`${name}: two files have this name`);
  names.add(folded);
  if (names.size > MAX_FILES) throw new PackFault(`it has more than ${MAX_FILES} files`);
}
