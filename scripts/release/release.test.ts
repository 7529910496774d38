import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import { refuseOldChecks, withPublicCode, withRelease, withVersion } from './release.ts';

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
    withRelease(changelog, '0.2.0', '2026-11-28'),
    '# Changelog\n\n## Not yet released\n\n## 0.2.0 – 2026-11-28\n\n- More.\n\n## 0.1.0 – 2026-01-01\n\n- First.\n',
  );
  const empty = '# Changelog\n\n## Not yet released\n\n## 0.1.0 – 2026-01-01\n\n- First.\n';
  assert.throws(() => withRelease(empty, '0.2.0', '2026-11-28'), /nothing stands below/);
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
