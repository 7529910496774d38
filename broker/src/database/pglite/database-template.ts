import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/*
 * Creating an embedded database takes about ten seconds of CPU: PostgreSQL's initialisation, PostGIS and our
 * migrations. A template is the archive of such a database; creating one from it takes three seconds.
 */

const CACHE = fileURLToPath(new URL('../../../../node_modules/.cache/alzette/', import.meta.url));
const MIGRATIONS = fileURLToPath(new URL('../../../migrations/', import.meta.url));
const SUFFIX = '.template.tar';

/** The path of the template for these migrations and this version of PGlite, whether or not it exists. */
export function templateFile(): string {
  const hash = createHash('sha256');
  const { resolve } = createRequire(import.meta.url);
  for (const name of ['@electric-sql/pglite', '@electric-sql/pglite-postgis']) {
    hash.update(readFileSync(packageFile(resolve(name)), 'utf8'));
  }
  for (const name of readdirSync(MIGRATIONS).sort()) hash.update(name).update(readFileSync(join(MIGRATIONS, name)));
  return join(CACHE, `${hash.digest('hex').slice(0, 16)}${SUFFIX}`);
}

/** The path of the bundle of PostGIS for this version of it, whether or not it exists. */
export function postgisBundleFile(): string {
  const file = packageFile(createRequire(import.meta.url).resolve('@electric-sql/pglite-postgis'));
  const { version }: { version: string } = JSON.parse(readFileSync(file, 'utf8'));
  return join(CACHE, `postgis-${version}.tar.gz`);
}

/** The folder for a new template, after deleting templates of other versions. */
export async function clearTemplates(): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  for (const name of await readdir(CACHE)) if (name.endsWith(SUFFIX)) await rm(join(CACHE, name), { force: true });
}

/** The package.json beside or above an entry point. */
function packageFile(entry: string): string {
  let folder = dirname(entry);
  while (!readdirSync(folder).includes('package.json') || folder.endsWith('dist')) folder = dirname(folder);
  return join(folder, 'package.json');
}
