import { appendFileSync, cpSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildStaged, DEBIAN_PARTS, SETTINGS, type Staged, stageForDebian } from '../../pack/debian.ts';
import { manifestOf } from '../../pack/emit.ts';
import { packPackage } from '../../pack/pack.ts';
import { PACKAGES } from '../../pack/packages.ts';
import { unpackVersion } from '../upgrade/earlier-version.ts';

/** The paths of the packages of product and demo. */
export interface DebianPackages {
  readonly before: readonly string[];
  readonly now: readonly string[];
}

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const EARLIER = '0.0.1';
/** They are installed once. */
const UNCOMPRESSED = 'none';

/**
 * The Debian packages of this version and of the one before, whose number is lower.
 *
 * @param from the commit of the version before; undefined: it is this one with one more line in the settings
 */
export async function packVersions(from: string | undefined, folder: string): Promise<DebianPackages> {
  const staged = await stage(ROOT, join(folder, 'now'));
  const now = await buildStaged(staged, manifestOf(ROOT, '.').version, folder, UNCOMPRESSED);
  const earlier =
    from === undefined ? staged : await stage(sourcesOf(from, join(folder, 'sources')), join(folder, 'then'));
  appendFileSync(join(earlier.product, SETTINGS), '# This line is of the version before.\n');
  return { now, before: await buildStaged(earlier, EARLIER, folder, UNCOMPRESSED) };
}

function sourcesOf(commit: string, folder: string): string {
  unpackVersion(ROOT, commit, folder);
  // A commit from before there were Debian packages.
  if (!existsSync(join(folder, DEBIAN_PARTS)))
    for (const part of [DEBIAN_PARTS, 'docker']) cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  return folder;
}

async function stage(root: string, folder: string): Promise<Staged> {
  mkdirSync(folder, { recursive: true });
  for (const name of ['alzette', 'alzette-demo']) {
    const packed = PACKAGES.find((each) => each.name === name);
    if (packed) await packPackage(root, packed, folder);
  }
  const packed = { product: join(folder, 'alzette'), demo: join(folder, 'alzette-demo') };
  return stageForDebian(root, packed, join(folder, 'staged'));
}
