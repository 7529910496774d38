import { execFile } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { chmod, cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { emitDeclarations } from './declarations.ts';
import { closureOf, emitWorkspaces, manifestOf } from './emit.ts';
import type { PackedPackage } from './packages.ts';

const WORKSPACES = ['ngsi-ld-schemas', 'broker', 'iot-agents', 'services/*', 'platform', 'demo', 'conformance-tests'];
/** Node does not run TypeScript below `node_modules`. */
const ENGINES = { node: '>=24.9' };

/** Creates the folder of a package and its tarball. @returns its path, and imports that its package.json lacks */
export async function packPackage(root: string, packed: PackedPackage, target: string) {
  const folder = join(target, packed.name.replace('/', '-'));
  await rm(folder, { recursive: true, force: true });
  const all = workspacesOf(root);
  const folders = packed.extras === undefined ? closureOf(root, packed.workspaces, all) : [...packed.workspaces];
  const imported = await emitWorkspaces(root, folders, all, folder);
  if (packed.exports) await emitDeclarations(root, Object.values(packed.exports), all, folder);
  for (const path of [...packed.beside, 'LICENSE']) {
    if (!existsSync(join(root, path))) throw new Error(`${path} is not there: npm run build makes the pages`);
    await cp(join(root, path), join(folder, path), { recursive: true, dereference: true });
  }
  const dependencies = dependenciesOf(root, folders, all);
  await writeManifest(root, packed, folder, folders, dependencies);
  const { stdout } = await promisify(execFile)('npm', ['pack', '--json', '--pack-destination', target], {
    cwd: folder,
  });
  const [told] = JSON.parse(stdout) as { filename: string; size: number; entryCount: number }[];
  if (told === undefined) throw new Error('npm pack printed no result');
  const undeclared = [...imported].filter((name) => !(name in dependencies)).sort();
  return { tarball: join(target, told.filename), bytes: told.size, files: told.entryCount, undeclared };
}

function workspacesOf(root: string): Map<string, string> {
  const folders = WORKSPACES.flatMap((pattern) => globSync(pattern, { cwd: root }));
  return new Map(folders.map((folder) => [manifestOf(root, folder).name, folder]));
}

function dependenciesOf(root: string, folders: readonly string[], all: ReadonlyMap<string, string>) {
  const found: { [name: string]: string } = {};
  for (const folder of folders) {
    for (const [name, range] of Object.entries(manifestOf(root, folder).dependencies ?? {})) {
      if (!all.has(name)) found[name] = range;
    }
  }
  return Object.fromEntries(Object.entries(found).sort(([a], [b]) => a.localeCompare(b)));
}

async function writeManifest(
  root: string,
  { name, description, bin, exports, beside }: PackedPackage,
  folder: string,
  folders: readonly string[],
  dependencies: { readonly [name: string]: string },
): Promise<void> {
  const { version, license } = manifestOf(root, '.');
  const as = (extension: string, path: string) => `./${path.replace(/\.ts$/, extension)}`;
  const js = (paths: { readonly [key: string]: string }) =>
    Object.fromEntries(Object.entries(paths).map(([key, path]) => [key, as('.js', path)]));
  const typed = Object.fromEntries(
    Object.entries(exports ?? {}).map(([key, path]) => [key, { types: as('.d.ts', path), default: as('.js', path) }]),
  );
  for (const path of Object.values(js(bin))) {
    const file = join(folder, path);
    const code = readFileSync(file, 'utf8');
    if (!code.startsWith('#!')) await writeFile(file, `#!/usr/bin/env node\n${code}`);
    await chmod(file, 0o755);
  }
  const files = [...folders, ...beside, 'LICENSE'];
  const manifest = { name, version, description, license, type: 'module', engines: ENGINES, files, dependencies };
  const full = { ...manifest, bin: js(bin), ...(exports && { exports: typed }) };
  await mkdir(dirname(join(folder, 'package.json')), { recursive: true });
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(full, null, 2)}\n`);
}
