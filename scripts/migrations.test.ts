import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { breaksEarlierVersion, holdsUpWriters } from '@alzette/kit/migration-rules';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
/** The last migration of each package before these rules were introduced. */
const BEFORE: { readonly [folder: string]: number } = {
  'broker/migrations': 126,
  'iot-agents/migrations': 31,
  'services/alarms/migrations': 2,
  'services/backups/migrations': 1,
  'services/channels/migrations': 1,
  'services/dashboards/migrations': 1,
  'services/energy/migrations': 1,
  'services/files/migrations': 1,
  'services/identity/migrations': 3,
  'services/insights/migrations': 2,
  'services/kit/migrations': 1,
  'services/lighting/migrations': 5,
  'services/opendata/migrations': 3,
  'services/publishing/migrations': 1,
  'services/reports/migrations': 1,
  'services/rules/migrations': 2,
  'services/system/migrations': 1,
  'services/waste/migrations': 2,
};
/** `-- contracts 130-search-words.sql of 0.2.0`: the migration removes what that released migration made obsolete. */
const CONTRACTS = /^-- contracts (\S+\.sql) of (\d+\.\d+\.\d+)$/m;
const { version } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { version: string };

const files = globSync(['*/migrations/*.sql', 'services/*/migrations/*.sql'], { cwd: ROOT }).sort();
const isNew = (file: string) => Number.parseInt(basename(file), 10) > (BEFORE[dirname(file)] ?? 0);

test('no migration blocks the writers of a large database, or breaks a version that runs at the same time', () => {
  assert.ok(files.length > 50, `${files.length} migrations`);
  assert.ok(files.some(isNew));
  for (const file of files.filter(isNew)) {
    const sql = readFileSync(ROOT + file, 'utf8');
    assert.deepEqual(holdsUpWriters(sql), [], `${file}; docs/production.md describes how to change a large database`);
    if (breaksEarlierVersion(sql).length === 0) continue;
    const [, contracted = '', since = ''] = CONTRACTS.exec(sql) ?? [];
    const expected = `${file}: ${breaksEarlierVersion(sql)} breaks the version before, expected in a later version, with a line "-- contracts FILE of VERSION"`;
    assert.ok(files.includes(`${dirname(file)}/${contracted}`), expected);
    assert.ok(since.localeCompare(version, 'en', { numeric: true }) <= 0, `${file}: ${since} is not released yet`);
  }
});
