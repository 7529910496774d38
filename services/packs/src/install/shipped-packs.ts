import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildArchive, MANIFEST, openArchive, PackFault, type PackFile, readPackFile } from '../archive/archive.ts';
import { Manifest } from '../contract/manifest.ts';
import { type ConfigurationKind, faultOf } from '../documents/kinds.ts';
import { type ReadPack, readPack } from './read-pack.ts';

export { readPack } from './read-pack.ts';

/** A folder of a pack, read. */
interface PackFolder {
  readonly manifest: Manifest;
  readonly files: readonly PackFile[];
  readonly texts: { readonly [name: string]: string };
}

const TEXT = /^(LICENSE|README(\.[a-z]{2})?\.md)$/;

/** @param only kinds to read; absent: all. @throws PackFault: names the file */
export async function readPackFolder(folder: string, only?: readonly string[]): Promise<PackFolder> {
  const manifest: unknown = JSON.parse(await readFile(join(folder, MANIFEST), 'utf8'));
  const fault = faultOf(Manifest, manifest);
  if (fault !== undefined) throw new PackFault(`${MANIFEST}: ${fault}`);
  const files: PackFile[] = [];
  const texts: Record<string, string> = {};
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isDirectory()) {
      if (TEXT.test(entry.name)) texts[entry.name] = await readFile(join(folder, entry.name), 'utf8');
      continue;
    }
    if (only?.includes(entry.name) === false) continue;
    const names = (await readdir(join(folder, entry.name))).filter((name) => name.endsWith('.yaml')).sort();
    for (const name of names) {
      files.push(readPackFile(entry.name, name, await readFile(join(folder, entry.name, name), 'utf8')));
    }
  }
  return { manifest: manifest as Manifest, files, texts };
}

/** The packs that come with the product: one folder each. @throws PackFault: names the pack and the file */
export async function shippedPacks(
  folder: string,
  kinds: readonly ConfigurationKind[],
): Promise<ReadonlyMap<string, ReadPack>> {
  const packs = new Map<string, ReadPack>();
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const { name } of entries.filter((entry) => entry.isDirectory())) {
    try {
      const { manifest, files, texts } = await readPackFolder(join(folder, name));
      const pack = readPack(openArchive(buildArchive(manifest, files, { texts })), kinds, []);
      packs.set(pack.digest, { ...pack, trust: 'product' });
    } catch (error) {
      throw error instanceof PackFault ? new PackFault(`${name}: ${error.message}`) : error;
    }
  }
  return packs;
}
