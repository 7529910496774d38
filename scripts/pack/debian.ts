import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { manifestOf } from './emit.ts';

/** A Debian package, made of the folder of a package for npm. */
interface DebianPackage {
  readonly name: 'alzette' | 'alzette-demo';
  readonly architecture: string;
  readonly depends: string;
  readonly recommends?: string;
  /** Of one line. */
  readonly summary: string;
}

const run = promisify(execFile);
/** Settings and maintainer scripts. */
export const DEBIAN_PARTS = 'scripts/pack/debian';
const MODULES = 'opt/alzette/node_modules';
/** Defaults, which dpkg replaces unless somebody has changed them. */
export const SETTINGS = 'etc/alzette/settings.env';
const SCRIPTS = ['postinst', 'prerm', 'postrm'];
/** What `npm ci` needs of the repository. */
const MANIFESTS = [
  'package.json',
  'package-lock.json',
  '.npmrc',
  '*/package.json',
  '{services,clients}/*/package.json',
];
const ARCHITECTURES: { readonly [name: string]: string } = { x64: 'amd64', arm64: 'arm64' };

/** What the packages of the product and its demo contain, in folders. */
export interface Staged {
  readonly product: string;
  readonly demo: string;
}

/** Creates the Debian packages of the product and its demo. @returns their paths */
export async function packForDebian(root: string, packed: Staged, target: string): Promise<string[]> {
  const staging = join(target, 'debian');
  const staged = await stageForDebian(root, packed, staging);
  const files = await buildStaged(staged, manifestOf(root, '.').version, target);
  rmSync(staging, { recursive: true });
  return files;
}

/**
 * Lays out the same folders as the tarballs have (`packPackage`). The product has its locked modules and the Node that
 * runs this, so it needs nothing beyond Debian.
 */
export async function stageForDebian(root: string, packed: Staged, staging: string): Promise<Staged> {
  rmSync(staging, { recursive: true, force: true });
  const modules = join(staging, 'modules');
  await installModules(root, modules);
  const staged = { product: join(staging, 'alzette'), demo: join(staging, 'alzette-demo') };
  layOutProduct(packed.product, join(modules, 'node_modules'), join(root, DEBIAN_PARTS), staged.product);
  cpSync(join(packed.demo, 'demo'), join(staged.demo, MODULES, 'alzette/demo'), { recursive: true });
  return staged;
}

/** @param compression of dpkg-deb. @returns the paths of the packages */
export async function buildStaged(
  { product, demo }: Staged,
  version: string,
  target: string,
  compression = 'zstd',
): Promise<string[]> {
  const packages: [string, DebianPackage][] = [
    [
      product,
      {
        name: 'alzette',
        architecture: ARCHITECTURES[process.arch] ?? process.arch,
        depends: 'adduser, ca-certificates, libc6 (>= 2.28), libstdc++6, postgresql-client-17 | postgresql-client',
        recommends: 'postgresql-17, postgresql-17-postgis-3, default-mta | mail-transport-agent',
        summary: 'smart-territory platform around an NGSI-LD context broker',
      },
    ],
    [
      demo,
      {
        name: 'alzette-demo',
        architecture: 'all',
        depends: `alzette (= ${debianVersion(version)})`,
        summary: 'devices and contents of the demo territory of Alzette',
      },
    ],
  ];
  return Promise.all(
    packages.map(([folder, described]) => build(folder, described, debianVersion(version), target, compression)),
  );
}

/** What only developers read makes a third of the files. */
const LEFT_OUT = /\.map$|\.d\.[cm]?ts$/;

/** A version before another sorts before it in Debian, too: 1.0.0-rc.1 comes before 1.0.0. */
export function debianVersion(version: string): string {
  return version.replace('-', '~');
}

/** The modules of the server at the versions of package-lock.json. */
async function installModules(root: string, folder: string): Promise<void> {
  for (const path of MANIFESTS.flatMap((pattern) => globSync(pattern, { cwd: root }))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(root, path), join(folder, path));
  }
  const only = ['--omit=dev', '--ignore-scripts', '--workspace', 'platform', '--include-workspace-root=false'];
  await run('npm', ['ci', ...only, '--prefer-offline', '--no-audit', '--no-fund'], { cwd: folder });
  // Links to the workspaces, and commands that nobody calls.
  for (const links of ['@alzette', '.bin']) rmSync(join(folder, 'node_modules', links), { recursive: true });
}

function layOutProduct(product: string, modules: string, parts: string, folder: string): void {
  const place = join(folder, MODULES);
  mkdirSync(dirname(place), { recursive: true });
  renameSync(modules, place);
  for (const path of filesIn(place).filter((path) => LEFT_OUT.test(path))) rmSync(join(place, path));
  cpSync(product, join(place, 'alzette'), { recursive: true });
  mkdirSync(join(place, '.bin'));
  cpSync(process.execPath, join(place, '.bin/node'));
  symlinkSync('../alzette/platform/src/alzette.js', join(place, '.bin/alzette'));
  for (const path of ['usr/bin', 'usr/lib/systemd/system', 'usr/share/doc/alzette', dirname(SETTINGS)])
    mkdirSync(join(folder, path), { recursive: true });
  symlinkSync(`/${MODULES}/alzette/docker/alzette-command.sh`, join(folder, 'usr/bin/alzette'));
  cpSync(join(product, 'docker/alzette.service'), join(folder, 'usr/lib/systemd/system/alzette.service'));
  cpSync(join(product, 'LICENSE'), join(folder, 'usr/share/doc/alzette/copyright'));
  cpSync(join(parts, 'settings.env'), join(folder, SETTINGS));
  const control = join(folder, 'DEBIAN');
  mkdirSync(control);
  writeFileSync(join(control, 'conffiles'), `/${SETTINGS}\n`);
  for (const script of SCRIPTS) cpSync(join(parts, script), join(control, script));
}

async function build(
  folder: string,
  described: DebianPackage,
  version: string,
  target: string,
  compression: string,
): Promise<string> {
  const control = join(folder, 'DEBIAN');
  mkdirSync(control, { recursive: true });
  await run('chmod', ['-R', 'u=rwX,go=rX', folder]);
  const files = filesIn(folder);
  const bytes = files.reduce((sum, path) => sum + statSync(join(folder, path)).size, 0);
  const sums = files.map(
    (path) =>
      `${createHash('md5')
        .update(readFileSync(join(folder, path)))
        .digest('hex')}  ${path}\n`,
  );
  writeFileSync(join(control, 'md5sums'), sums.join(''));
  const lines = {
    Package: described.name,
    Version: version,
    Architecture: described.architecture,
    Maintainer: 'Alzette <maintainers@example.org>',
    'Installed-Size': String(Math.ceil(bytes / 1024)),
    Depends: described.depends,
    ...(described.recommends && { Recommends: described.recommends }),
    Section: 'net',
    Priority: 'optional',
    Description: described.summary,
  };
  writeFileSync(
    join(control, 'control'),
    Object.entries(lines)
      .map(([name, value]) => `${name}: ${value}\n`)
      .join(''),
  );
  const file = join(target, `${described.name}_${version}_${described.architecture}.deb`);
  await run('dpkg-deb', ['--root-owner-group', `-Z${compression}`, '--build', folder, file]);
  return file;
}

/** Regular files below a folder, without Debian's own. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .filter((path) => !path.startsWith('DEBIAN/'))
    .sort();
}
