import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { signMessage } from '../../services/packs/src/archive/archive.ts';
import { readNorms, reportOf } from '../../services/system/src/compliance/norms.ts';
import { debianVersion, packForDebian } from '../pack/debian.ts';
import { packPackage } from '../pack/pack.ts';
import { PACKAGES } from '../pack/packages.ts';

const VERSION = /^\d+\.\d+\.\d+(?:-[\w.]+)?$/;
/** Each with the heading of the unreleased changes. */
const CHANGELOGS = { 'CHANGELOG.md': '## Not yet released', 'CHANGELOG.fr.md': '## Pas encore publié' } as const;
/** They name the files of a release. */
const NAMES_FILES = [
  'docs/{debian,production,upgrade}.md',
  'docs/fr/{debian,production,upgrade}.md',
  'docker/Dockerfile*',
];
const NAMES = Object.keys(CHANGELOGS) as (keyof typeof CHANGELOGS)[];
const WORKSPACES = [
  'package.json',
  '{ngsi-ld-schemas,broker,iot-agents,platform,demo,web,portal,mobile,conformance-tests,bench,docs-site,clients/typescript,clients/create-alzette-service}/package.json',
  'services/*/package.json',
];

/** Sets the version in a package.json and in its dependencies on our packages. */
export function withVersion(manifest: string, version: string): string {
  return manifest
    .replace(/^( {2}"version": ")[^"]+(")/m, `$1${version}$2`)
    .replace(/^( {4}"@alzette\/[\w-]+": ")[^"]+(")/gm, `$1${version}$2`);
}

/** Names the files of a version in a page, and the version in a Dockerfile. */
export function withFileNames(text: string, version: string): string {
  return text
    .replace(/\b(alzette(?:-demo)?_)\d[\w.~]*(?=_(?:amd64|all)\.deb)/g, `$1${debianVersion(version)}`)
    .replace(/\b(alzette(?:-demo)?-)\d[\w.-]*(?=\.(?:tgz|cdx\.json))/g, `$1${version}`)
    .replace(/^(ARG VERSION=).*$/m, `$1${version}`);
}

/** Gives the unreleased changes of a changelog a version and a date. @throws Error: there are none */
export function withRelease(changelog: string, version: string, day: string, file: keyof typeof CHANGELOGS): string {
  const next = CHANGELOGS[file];
  const [before, behind] = changelog.split(`${next}\n`);
  const news = behind?.split('\n## ')[0]?.trim();
  if (behind === undefined || !news) throw new Error(`${file}: nothing stands below "${next}"`);
  return `${before}${next}\n\n## ${version} – ${day}\n${behind}`;
}

/**
 * `publiccode.yml` with a version and a date. @param origin the remote of `git`; its URL is used if it is a web
 * address, without credentials
 */
export function withPublicCode(document: string, version: string, day: string, origin: string | undefined): string {
  const own = document.replace(/^(?:softwareVersion|releaseDate): .*\n/gm, '');
  const url = origin !== undefined && /^https?:/.test(origin) ? new URL(origin) : undefined;
  if (url) [url.username, url.password] = ['', ''];
  const named = url ? own.replace(/^url: .*$/m, `url: "${url.href}"`) : own;
  return named.replace(/^(developmentStatus: .*\n)/m, `$1softwareVersion: "${version}"\nreleaseDate: "${day}"\n`);
}

/** @throws Error: norms that have to be checked again before a release */
export function refuseOldChecks(now: Date, norms = readNorms()): void {
  const old = norms.map((norm) => reportOf(norm, now)).filter(({ isOld }) => isOld);
  const named = old.map(({ id, checkedOn, checkAgainBy }) => `${id} (${checkedOn}, valid until ${checkAgainBy})`);
  if (old.length > 0) throw new Error(`services/system/compliance: check again ${named.join(', ')}`);
}

/**
 * Releases the committed state: versions, changelogs, a commit and its tag; tarballs, Debian packages, a bill of materials
 * (CycloneDX), checksums, provenance (SLSA) and their signatures in `dist/`. It does not push or publish anything.
 *
 * @param secretKey of the releases, as `alzette pack keys` writes it; undefined: nothing is signed
 */
export async function release(
  root: string,
  version: string,
  secretKey: string | undefined,
  now = new Date(),
): Promise<string[]> {
  if (!VERSION.test(version)) throw new Error(`version: got ${version}, expected one such as 1.2.3`);
  refuseOldChecks(now);
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
  if (git('status', '--porcelain') !== '') throw new Error('there are changes that are not committed');
  for (const file of WORKSPACES.flatMap((pattern) => globSync(pattern, { cwd: root }))) {
    writeFileSync(join(root, file), withVersion(readFileSync(join(root, file), 'utf8'), version));
  }
  for (const file of NAMES_FILES.flatMap((pattern) => globSync(pattern, { cwd: root }))) {
    writeFileSync(join(root, file), withFileNames(readFileSync(join(root, file), 'utf8'), version));
  }
  const day = now.toISOString().slice(0, 10);
  for (const name of NAMES) {
    const file = join(root, name);
    writeFileSync(file, withRelease(readFileSync(file, 'utf8'), version, day, name));
  }
  const publicCode = join(root, 'publiccode.yml');
  const remote = git('remote').split('\n').includes('origin');
  const address = remote ? git('remote', 'get-url', 'origin') : undefined;
  writeFileSync(publicCode, withPublicCode(readFileSync(publicCode, 'utf8'), version, day, address));
  const npm = (...args: string[]) => execFileSync('npm', args, { cwd: root, encoding: 'utf8', maxBuffer: 1e9 });
  npm('install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund');
  git('commit', '--all', '--message', `Release ${version}`);
  git('tag', '--annotate', `v${version}`, '--message', `Alzette ${version}`);
  const dist = join(root, 'dist');
  await rm(dist, { recursive: true, force: true });
  await mkdir(dist);
  npm('run', 'build');
  const tarballs: string[] = [];
  for (const packed of PACKAGES) tarballs.push((await packPackage(root, packed, dist)).tarball);
  for (const source of ['clients/typescript', 'clients/create-alzette-service']) {
    const [packed] = npm('pack', `./${source}`, '--silent', '--pack-destination', dist).trim().split('\n').slice(-1);
    tarballs.push(join(dist, String(packed)));
  }
  const sbom = join(dist, `alzette-${version}.cdx.json`);
  writeFileSync(sbom, billOfMaterials(root));
  const debian = { product: join(dist, 'alzette'), demo: join(dist, 'alzette-demo') };
  const files = [...tarballs, ...(await packForDebian(root, debian, dist)), sbom];
  const sums = files.map((file) => ({ name: basename(file), sha256: digestOf(file) }));
  const origin = { commit: git('rev-parse', 'HEAD'), tag: `v${version}`, at: now.toISOString() };
  const statements = {
    SHA256SUMS: sums.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join(''),
    'provenance.json': `${JSON.stringify(provenance(sums, origin), null, 2)}\n`,
  };
  for (const [name, text] of Object.entries(statements)) {
    writeFileSync(join(dist, name), text);
    files.push(join(dist, name));
    if (secretKey !== undefined) files.push(signFile(join(dist, name), secretKey, `${name} of Alzette ${version}`));
  }
  return files;
}

/** CycloneDX. @throws Error: a package lacks what it asks for, or has another version of it */
export function billOfMaterials(root: string): string {
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev'];
  return execFileSync('npm', args, { cwd: root, encoding: 'utf8', maxBuffer: 1e9 });
}

/** Signs a file for `minisign -V`. @param comment is signed, too. @returns the file of the signature */
export function signFile(file: string, secretKey: string, comment: string): string {
  const signature = `${file}.minisig`;
  writeFileSync(signature, signMessage(readFileSync(file), secretKey, comment));
  return signature;
}

/** The commit, the builder and the time (in-toto statement, SLSA provenance v1). */
function provenance(
  sums: readonly { readonly name: string; readonly sha256: string }[],
  { commit, tag, at }: { readonly commit: string; readonly tag: string; readonly at: string },
): object {
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: sums.map(({ name, sha256 }) => ({ name, digest: { sha256 } })),
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: 'npm run release',
        externalParameters: { tag },
        resolvedDependencies: [{ digest: { gitCommit: commit } }],
      },
      runDetails: {
        builder: { id: 'scripts/release/main.ts', version: { node: process.version } },
        metadata: { startedOn: at, finishedOn: new Date().toISOString() },
      },
    },
  };
}

function digestOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
