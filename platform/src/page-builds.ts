import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const STAMP = '.built';
const COMPRESSIBLE = /\.(html|js|css|svg|json|webmanifest|txt|map)$/;
const WORTH_COMPRESSING_BYTES = 1024;

interface PageBuild {
  /** The folder of its workspace, e.g. `portal`. */
  readonly workspace: string;
  readonly dist: string;
  /** Its other sources, as paths from the root of the repository. */
  readonly sources: readonly string[];
  /** The program that builds it, with its arguments. It runs in the folder of the workspace. */
  readonly command: (folder: string) => readonly string[];
}

const SHARED_BY_VITE = ['web/src', 'ngsi-ld-schemas/src', 'services/identity/browser'];

export const PORTAL: PageBuild = {
  workspace: 'portal',
  dist: join(ROOT, 'portal/dist'),
  sources: SHARED_BY_VITE,
  command: viteCommand,
};
export const MOBILE: PageBuild = {
  workspace: 'mobile',
  dist: join(ROOT, 'mobile/dist'),
  sources: SHARED_BY_VITE,
  command: viteCommand,
};
export const DOCS: PageBuild = {
  workspace: 'docs-site',
  dist: join(ROOT, 'docs-site/dist'),
  sources: [
    'docs',
    'docs-site/browser',
    'CONTRIBUTING.md',
    'CHANGELOG.md',
    'SECURITY.md',
    'bench/README.md',
    'bench/REPORT.md',
  ],
  command: (folder) => [join(folder, 'src/main.ts')],
};
export const ALL_PAGES: readonly PageBuild[] = [PORTAL, MOBILE, DOCS];

/** True if the pages have never been built, or their sources have changed since. */
export function needsBuild({ workspace, dist, sources }: PageBuild): boolean {
  const folder = join(ROOT, workspace);
  if (!existsSync(join(folder, 'src'))) return false;
  const built = statSync(join(dist, STAMP), { throwIfNoEntry: false })?.mtimeMs;
  if (built === undefined) return true;
  const shared = [...sources, 'package-lock.json'].map((path) => join(ROOT, path));
  const own = ['src', 'public', 'index.html', 'vite.config.ts', 'package.json'].map((path) => join(folder, path));
  return [...own, ...shared].some((path) => newest(path) > built);
}

/**
 * Builds the pages in a separate process, then creates a compressed copy of each text file.
 *
 * @throws Error with the output of the build if it failed
 */
export async function buildPages({ workspace, dist, command }: PageBuild): Promise<void> {
  const folder = join(ROOT, workspace);
  const begun = new Date();
  await run(command(folder), folder);
  await compressAll(dist);
  await writeFile(join(dist, STAMP), '');
  await utimes(join(dist, STAMP), begun, begun);
}

function viteCommand(folder: string): readonly string[] {
  const vite = join(dirname(createRequire(join(folder, 'package.json')).resolve('vite/package.json')), 'bin/vite.js');
  return [vite, 'build', '--logLevel', 'warn'];
}

function run(command: readonly string[], cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, command, {
      cwd,
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let printed = '';
    const listen = (chunk: Buffer) => {
      printed = (printed + chunk.toString()).slice(-4000);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.on('error', reject);
    child.on('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`building ${cwd} ended with ${code}:\n${printed}`));
    });
  });
}

async function compressAll(dist: string): Promise<void> {
  const files = await readdir(dist, { recursive: true });
  await Promise.all(files.filter((file) => COMPRESSIBLE.test(file)).map((file) => compress(join(dist, file))));
}

async function compress(path: string): Promise<void> {
  const plain = await readFile(path);
  if (plain.length < WORTH_COMPRESSING_BYTES) return;
  // Quality 6 of 11: within a few percent of the smallest size in a tenth of the time, which matters because the first
  // start waits for it.
  const params = { [constants.BROTLI_PARAM_QUALITY]: 6, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length };
  await writeFile(`${path}.br`, await promisify(brotliCompress)(plain, { params }));
  await writeFile(`${path}.gz`, await promisify(gzip)(plain));
}

/** The time of the latest change below a path in milliseconds; 0 if it does not exist. */
function newest(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return readdirSync(path).reduce((latest, name) => Math.max(latest, newest(join(path, name))), stat.mtimeMs);
}
