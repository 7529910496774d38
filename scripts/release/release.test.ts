import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { createSigningKeys, signerOf } from '../../services/packs/src/archive/archive.ts';
import {
  billOfMaterials,
  refuseOldChecks,
  signFile,
  withFileNames,
  withPublicCode,
  withRelease,
  withVersion,
} from './release.ts';

test('the version is set in a package and in its dependencies on our packages', () => {
  const before = `{
  "name": "@alzette/x",
  "version": "0.1.0",
  "dependencies": {
    "@alzette/kit": "0.1.0",
    "fastify": "^5.12.8"
  }
}`;
  assert.equal(withVersion(before, '1.2.3'), before.replaceAll('0.1.0', '1.2.3'));
});

test('the unreleased changes get a version; without changes there is no release', () => {
  const changelog = '# Changelog\n\n## Not yet released\n\n- More.\n\n## 0.1.0 – 2026-01-01\n\n- First.\n';
  assert.equal(
    withRelease(changelog, '0.2.0', '2026-11-28', 'CHANGELOG.md'),
    '# Changelog\n\n## Not yet released\n\n## 0.2.0 – 2026-11-28\n\n- More.\n\n## 0.1.0 – 2026-01-01\n\n- First.\n',
  );
  const empty = '# Changelog\n\n## Not yet released\n\n## 0.1.0 – 2026-01-01\n\n- First.\n';
  assert.throws(() => withRelease(empty, '0.2.0', '2026-11-28', 'CHANGELOG.md'), /nothing stands below/);
  assert.throws(() => withRelease(changelog, '0.2.0', '2026-11-28', 'CHANGELOG.fr.md'), /CHANGELOG\.fr\.md: nothing/);
  for (const file of ['CHANGELOG.md', 'CHANGELOG.fr.md'] as const)
    withRelease(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8'), '0.2.0', '2026-11-28', file);
});

test('pages and Dockerfiles name the files of the version', () => {
  const page =
    'apt-get install -y ./alzette_0.1.0_amd64.deb ./alzette-demo_0.1.0_all.deb\nnpm install alzette-0.1.0.tgz';
  assert.equal(
    withFileNames(page, '1.0.0-rc.1'),
    'apt-get install -y ./alzette_1.0.0~rc.1_amd64.deb ./alzette-demo_1.0.0~rc.1_all.deb\nnpm install alzette-1.0.0-rc.1.tgz',
  );
  assert.equal(withFileNames(withFileNames(page, '1.0.0-rc.1'), '0.1.0'), page);
  assert.equal(withFileNames('ARG VERSION=0.1.0\n', '1.2.3'), 'ARG VERSION=1.2.3\n');
});

test('the bill of materials can be made, and names our modules with their licences', () => {
  const { bomFormat, components } = JSON.parse(billOfMaterials(fileURLToPath(new URL('../..', import.meta.url))));
  assert.equal(bomFormat, 'CycloneDX');
  const fastify = components.find(({ name }: { name: string }) => name === 'fastify');
  assert.deepEqual(fastify?.licenses, [{ license: { id: 'MIT' } }]);
});

test('a file is signed in the form of minisign, with its comment', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'release-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'SHA256SUMS');
  await writeFile(file, 'abc  alzette_1.2.3_amd64.deb\n');
  const { publicKey, secretKey } = createSigningKeys();
  const signature = readFileSync(signFile(file, secretKey, 'SHA256SUMS of Alzette 1.2.3'), 'utf8');
  const signed = signerOf(readFileSync(file), signature, [publicKey]);
  assert.deepEqual(signed, { key: publicKey, comment: 'SHA256SUMS of Alzette 1.2.3' });
});

test('there is no release while the check of a norm is overdue', () => {
  const norm = {
    id: 'rgaa',
    title: { fr: 'RGAA', en: 'RGAA', de: 'RGAA', lb: 'RGAA' },
    version: '4.1.2',
    reference: 'https://accessibilite.numerique.gouv.fr',
    checkedOn: '2026-11-28',
    validDays: 365,
    themes: [],
  };
  refuseOldChecks(new Date('2027-11-28T12:00:00Z'), [norm]);
  assert.throws(() => refuseOldChecks(new Date('2027-11-29T00:00:00Z'), [norm]), /check again rgaa \(2026-11-28/);
});

test('publiccode.yml gets the version, the date and the URL of origin without credentials', () => {
  const before = readFileSync(new URL('../../publiccode.yml', import.meta.url), 'utf8');
  const first = withPublicCode(before, '1.2.3', '2026-11-28', 'https://me:secret@git.city.example/alzette.git');
  const then = withPublicCode(first, '1.3.0', '2027-01-05', undefined);
  const { url, softwareVersion, releaseDate, developmentStatus } = parse(then);
  assert.deepEqual(
    { url, softwareVersion, releaseDate, developmentStatus },
    {
      url: 'https://git.city.example/alzette.git',
      softwareVersion: '1.3.0',
      releaseDate: '2027-01-05',
      developmentStatus: parse(before).developmentStatus,
    },
  );
  const bySsh = withPublicCode(before, '1.2.3', '2026-11-28', 'git@city.example:alzette.git');
  assert.equal(parse(bySsh).url, parse(before).url, 'an address of SSH is none that others could open');
});
