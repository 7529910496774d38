import { createReadStream, existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { createGunzip, gzipSync } from 'node:zlib';
import type { Extension } from '@electric-sql/pglite';
import { postgis } from '@electric-sql/pglite-postgis';
import { postgisBundleFile } from './database-template.ts';

/** What we use of the bundle: neither rasters nor topology, whose libraries are each as large as PostGIS itself. */
const USED = /(?:^|\/)(?:postgis-3\.so|proj\/[^/]*|postgis\.control|postgis--\d+\.\d+\.\d+\.sql)$/;
const BLOCK = 512;

/**
 * PostGIS with the files that we use. PGlite unpacks, compiles and links all that a bundle contains whenever a database
 * is opened: with the whole bundle that takes 2.5 s of CPU, with ours 1 s.
 */
export const slimPostgis: Extension = {
  ...postgis,
  async setup(pglite, options) {
    const all = await postgis.setup(pglite, options);
    const file = postgisBundleFile();
    if (all.bundlePath === undefined) return all;
    if (!existsSync(file)) await writeBundle(all.bundlePath, file).catch(() => {}); // the folder may be read-only
    return existsSync(file) ? { ...all, bundlePath: pathToFileURL(file) } : all;
  },
};

/** The file appears complete or not at all. */
async function writeBundle(from: URL, file: string): Promise<void> {
  const archive = await buffer(createReadStream(from).pipe(createGunzip()));
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.${process.pid}`, gzipSync(usedFiles(archive), { level: 1 }));
  await rename(`${file}.${process.pid}`, file);
}

/** The entries of a tar archive that we use; each is a header of 512 bytes and the file in blocks of as many. */
function usedFiles(archive: Buffer): Buffer {
  const entries: Buffer[] = [];
  for (let at = 0; archive[at] !== undefined && archive[at] !== 0; ) {
    const field = (start: number, length: number) =>
      archive.toString('latin1', at + start, at + start + length).replace(/\0.*$/s, '');
    const name = [field(345, 155), field(0, 100)].filter((part) => part !== '').join('/');
    const blocks = Math.ceil(Number.parseInt(field(124, 12), 8) / BLOCK);
    const next = at + BLOCK + blocks * BLOCK;
    if (USED.test(name)) entries.push(archive.subarray(at, next));
    at = next;
  }
  return Buffer.concat([...entries, Buffer.alloc(2 * BLOCK)]);
}
