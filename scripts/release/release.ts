import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { readNorms, reportOf } from '../../services/system/src/compliance/norms.ts';
import { packPackage } from '../pack/pack.ts';
import { PACKAGES } from '../pack/packages.ts';

const VERSION = /^\d+\.\d+\.\d+(?:-[\w.]+)?$/;
const NEXT = '## Not yet released';
const WORKSPACES = [
  'package.json',
  '{ngsi-ld-schemas,broker,iot-agents,platform,demo,web,portal,mobile,conformance-tests,bench,docs-site,clients/typescript}/package.json',
  'services/*/package.json',
];

/** Sets the version in a package.json and in its dependencies on our packages. */
export function withVersion(manifest: string, version: string): string {
  return manifest
    .replace(/^( {2}"version": ")[^"]+(")/m, `$1${version}$2`)
    .replace(/^( {4}"@alzette\/[\w-]+": ")[^"]+(")/gm, `$1${version}$2`);
}

/** Gives the unreleased changes a version and a date. @throws Error: there are none */
export function withRelease(changelog: string, version: string, day: string): string {
  const [before, behind] = changelog.split(`${NEXT}\n`);
  const news = behind?.split('\n## ')[0]?.trim();
  if (behind === undefined || !news) throw new Error(`CHANGELOG.md: nothing stands below "${NEXT}"`);
  return `${before}${NEXT}\n\n## ${version} – ${day}\n${behind}`;
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
 * Releases the committed state: versions, changelog, a commit and its tag; tarballs, a bill of materials (CycloneDX),
 * checksums and provenance (SLSA) in `dist/`. It does not push or publish anything.
 */
export async function release(root: string, version: string, now = new Date()): Promise<string[]> {
  if (!VERSION.test(version)) throw new Error(`version: got ${version}, expected one such as 1.2.3`);
  refuseOldChecks(now);
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
  if (git('status', '--porcelain') !== '') throw new Error('there are changes that are not committed');
  for (const file of WORKSPACES.flatMap((pattern) => globSync(pattern, { cwd: root }))) {
    writeFileSync(join(root, file), withVersion(readFileSync(join(root, file), 'utf8'), version));
  }
  const changelog = join(root, 'CHANGELOG.md');
  writeFileSync(changelog, withRelease(readFileSync(changelog, 'utf8'), version, now.toISOString().slice(0, 10)));
  const publicCode = join(root, 'publiccode.yml');
  const [day, remote] = [now.toISOString().slice(0, 10), git('remote').split('\n').includes('origin')];
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
  const [client] = npm('pack', '--silent', '--workspace', '@alzette/client', '--pack-destination', dist)
    .trim()
    .split('\n')
    .slice(-1);
  tarballs.push(join(dist, String(client)));
  const sbom = join(dist, `alzette-${version}.cdx.json`);
  writeFileSync(sbom, npm('sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev'));
  const files = [...tarballs, sbom];
  const sums = files.map((file) => ({ name: basename(file), sha256: digestOf(file) }));
  writeFileSync(join(dist, 'SHA256SUMS'), sums.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join(''));
  const origin = { commit: git('rev-parse', 'HEAD'), tag: `v${version}`, at: now.toISOString() };
  writeFileSync(join(dist, 'provenance.json'), `${JSON.stringify(provenance(sums, origin), null, 2)}\n`);
  return [...files, join(dist, 'SHA256SUMS'), join(dist, 'provenance.json')];
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
