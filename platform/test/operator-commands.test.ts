import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openDatabase } from '@alzette/broker';
import { emptyDatabase } from './support/own-database.ts';
import { runCommand } from './support/run-command.ts';

const server = process.env.TEST_DATABASE_URL;

test('an operator with the database lists, creates and revokes keys and accounts, and sees the effects of an upgrade', {
  skip: !server && 'no TEST_DATABASE_URL',
}, async (t) => {
  const own = await emptyDatabase(server ?? '', 'operator');
  const folder = await mkdtemp(join(tmpdir(), 'operator-'));
  t.after(async () => {
    await own.drop();
    await rm(folder, { recursive: true });
  });
  const environment = {
    DATABASE_URL: own.url,
    DATA_DIR: folder,
    PUBLIC_URL: 'https://city.example.org',
    LOG_LEVEL: 'silent',
  };
  const alzette = (...args: string[]) => runCommand(t, args, environment);

  const first = await alzette('upgrade', '--check');
  assert.equal(first.code, 0);
  assert.match(first.output, /^broker 001-entities\.sql/m);
  assert.match(first.output, /^identity 001/m);
  assert.match(first.output, /^backups 001-runs\.sql$/m);
  const count = Number(/^(\d+) migrations to apply for version/m.exec(first.output)?.[1]);
  assert.ok(count > 40, first.output);

  const made = await alzette('key', 'add', 'Grafana', '--role', 'administrator', '--scope', 'read');
  const id = /^Key (\S+), shown only once:$/m.exec(made.output)?.[1] ?? '';
  assert.match((await alzette('key', 'list')).output, new RegExp(`^${id}\\s+Grafana\\s+read$`, 'm'));
  assert.equal((await alzette('key', 'revoke', id)).code, 0);
  assert.match((await alzette('key', 'list')).output, /Grafana\s+read \(revoked\)/);
  assert.equal((await alzette('key', 'revoke', 'nobody')).code, 1);
  const wrong = await alzette('key', 'add', 'Grafana', '--role', 'analyst', '--scope', 'everything');
  assert.match(wrong.output, /scopes.*everything/);

  assert.match(
    (await alzette('user', 'add', 'mia', '--role', 'operator')).output,
    /mia chooses a password at https:\/\/city\.example\.org\/oidc\/reset\/\S+/,
  );
  assert.match((await alzette('user', 'list')).output, /^mia\s+operator$/m);
  assert.match((await alzette('user', 'link', 'mia')).output, /^https:\/\/city\.example\.org\/oidc\/reset\//);
  assert.match((await alzette('user', 'link', 'noah')).output, /there is no account noah/);

  const move = await alzette('tenant', 'move', 'large', '--to', 'node2:5432');
  assert.match(move.output, /DATABASE_URL: got a database that is not a Citus cluster/);
  assert.match(
    (await alzette('tenant', 'move', 'large', '--to', 'node2')).output,
    /--to: got node2, expected host:port/,
  );

  const second = await alzette('upgrade', '--check');
  const left = Number(/^(\d+) migrations to apply/m.exec(second.output)?.[1]);
  assert.ok(left < count && !second.output.includes('broker 001'), 'what is applied is not told again');
  const db = await openDatabase({ url: own.url });
  await db.query({ text: `INSERT INTO migration (package, number, name) VALUES ('backups', 1, '001-later.sql')` });
  await db.close();
  const later = await alzette('upgrade', '--check');
  assert.deepEqual(
    [later.code, /Migrations of backups: the database has 001-later\.sql/.test(later.output)],
    [1, true],
  );
});
