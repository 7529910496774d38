import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openArchive, PackFault } from '../archive/archive.ts';
import type { ConfigurationKind } from '../documents/kinds.ts';
import { buildIndex, type Entry, INDEX, INDEX_SIGNATURE } from '../indexes/index-file.ts';
import { offerOf, readPack } from '../install/read-pack.ts';

const DAY_MS = 86_400_000;

interface IndexWish {
  readonly kinds: readonly ConfigurationKind[];
  /** PEM. */
  readonly secretKey: string;
  readonly title: string;
  readonly days: number;
  readonly now: Date;
}

/** Writes the index of the archives in a folder, for any web server. @throws PackFault: one of them is no pack */
export async function writeIndex(folder: string, { kinds, secretKey, title, days, now }: IndexWish): Promise<number> {
  const packs: Entry[] = [];
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('.zip')).sort()) {
    const archive = await readFile(join(folder, file));
    const offer = offerOf(readPack(openArchive(archive), kinds, []));
    if (file !== archiveName(offer)) throw new PackFault(`${file}: expected the name ${archiveName(offer)}`);
    packs.push({
      ...offer,
      file,
      sha256: createHash('sha256').update(archive).digest('hex'),
      bytes: archive.length,
    });
  }
  const expires = new Date(now.getTime() + days * DAY_MS);
  const { content, signature } = buildIndex(
    { format: 1, title, made: now.toISOString(), expires: expires.toISOString(), packs },
    secretKey,
  );
  await writeFile(join(folder, INDEX), content);
  await writeFile(join(folder, INDEX_SIGNATURE), signature);
  return packs.length;
}

/** What an archive is called beside its index. */
export function archiveName({ id, version }: Pick<Entry, 'id' | 'version'>): string {
  return `${id}-${version}.zip`;
}
