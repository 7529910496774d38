import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startTool } from '@alzette/backups';
import { type Database, migrate, openDatabase } from '@alzette/broker';
import { eventually } from '@alzette/kit/testing';
import { readConfig } from '../src/config.ts';
import { leavingPorts } from '../src/leaving/leaving-ports.ts';
import { migrationFolders } from '../src/migration-folders.ts';
import { fillTenant } from './support/fill-tenant.ts';
import { ownDatabase } from './support/own-database.ts';
import { runCommand } from './support/run-command.ts';

const server = process.env.TEST_DATABASE_URL;
/** In each text of the tenant that leaves, and of another. */
const LEAVES = 'thilword';
const STAYS = 'audunword';
const ALZETTE = fileURLToPath(new URL('../src/alzette.ts', import.meta.url));
const WAITS = `
  SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database
  WHERE NOT l.granted AND d.datname = current_database() AND l.relation = 'energy.budget'::regclass`;
/** PostgreSQL notices only after the wait that the program is away. */
const END_WAITING = `
  SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
  WHERE NOT l.granted AND d.datname = current_database() AND l.relation = 'energy.budget'::regclass`;
/** Of the tenant that leaves. */
const KEPT = `
  SELECT 'host ' || tenant AS kept FROM territory.host WHERE tenant = 'thil'
  UNION ALL SELECT 'email ' || email FROM identity.account WHERE email LIKE '%${LEAVES}%'`;
/** What the command line has done, as the audit has it. */
const ACTS = `
  SELECT action || ' ' || object AS act FROM audit WHERE starts_with(actor, 'command:') AND outcome = 'done' ORDER BY n`;

test('a tenant moves to another installation, nothing differs there, and nothing remains here', {
  skip: !server && 'no TEST_DATABASE_URL',
}, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'leaving-'));
  const here = await ownDatabase(server ?? '', 'leaving');
  const there = await ownDatabase(server ?? '', 'arriving');
  const settings = (url: string, name: string) => ({
    DATABASE_URL: url,
    DATA_DIR: join(folder, name),
    SECRET_KEY: `the secret of ${name}`,
    BACKUP_URL: `file://${folder}/backups`,
    BACKUP_KEY: join(folder, 'key'),
  });
  const [from, to] = [settings(here.url, 'here'), settings(there.url, 'there')];
  t.after(async () => {
    await Promise.all([here.drop(), there.drop()]);
    await rm(folder, { recursive: true });
  });
  const [archive, open] = [join(folder, 'thil.tar.age'), join(folder, 'thil.tar')];
  const key = ['--key', from.BACKUP_KEY];
  const run = (args: readonly string[], on: NodeJS.ProcessEnv) => runCommand(t, ['collectivity', ...args], on);
  const succeeds = async (args: readonly string[], on: NodeJS.ProcessEnv) => {
    const { code, output } = await run(args, on);
    assert.equal(code, 0, output);
    return output;
  };
  const refuses = async (args: readonly string[], on: NodeJS.ProcessEnv, because: RegExp) => {
    const { code, output } = await run(args, on);
    assert.notEqual(code, 0, args.join(' '));
    assert.match(output, because);
  };

  const then = join(folder, 'earlier.tar.age');
  /** The tables that differ from those of the earlier moment. */
  const differing = async () => {
    const { output } = await run(['compare', then, '--without-rights', ...key], from);
    return [...output.matchAll(/^(\S+): \d+ rows, \d+ in the archive$/gm)].map(([, table]) => table);
  };

  assert.equal((await runCommand(t, ['backup', 'key', from.BACKUP_KEY], {})).code, 0);
  await fill(from, { thil: LEAVES, audun: STAYS });
  await fill(to, { audun: STAYS });
  let before = await contentsOf(here.url, STAYS);
  assert.equal((await runCommand(t, ['backup'], from)).code, 0);
  const earlier = await ownDatabase(server ?? '', 'earlier', new URL(here.url).pathname.slice(1));
  t.after(() => earlier.drop());

  await t.test('the archive names what is not in it, and is encrypted with its secrets', async () => {
    const output = await succeeds(['export', 'thil', archive, ...key], from);
    assert.match(output, /1 files/);
    assert.match(output, /outbox \(1\)\. Notifications owed are delivered by the installation that owes them/);
    assert.equal((await readFile(archive)).toString('latin1').startsWith('age-encryption.org/v1'), true);
    const without = await succeeds(['export', 'thil', open], from);
    assert.match(without, /secrets \(1\)\. The archive is not encrypted/);
    assert.match(without, /publishing\.endpoint \(1\)\. Its rows are secrets/);
    assert.doesNotMatch((await readFile(open)).toString('latin1'), /hidden|sealed/);
  });

  await t.test('an export or import that is killed in its middle leaves nothing, and is done again', async () => {
    const file = join(folder, 'killed.tar.age');
    await killedAtTheBudgets(here.url, ['export', 'thil', file, ...key], from);
    assert.deepEqual(
      (await readdir(folder)).filter((name) => name === 'killed.tar.age'),
      [],
      'it has its name only once it is complete',
    );
    await killedAtTheBudgets(there.url, ['import', archive, '--as', 'moved', ...key], to);
    assert.deepEqual(await withDatabase(there.url, (db) => tenantsOf(db)), ['', 'audun']);
    assert.equal(await contentsOf(there.url, LEAVES), '');
    // The next tests export and import again.
    await succeeds(['export', 'thil', archive, ...key], from);
  });

  await t.test('it alone gets back what it had at a point in time, without taking back rights and acts', async () => {
    await succeeds(['export', 'thil', then, ...key], { ...from, DATABASE_URL: earlier.url });
    const changes = [
      `UPDATE energy.budget SET amount = 99 WHERE tenant IN ('thil', 'audun')`,
      `DELETE FROM entity WHERE tenant IN ('thil', 'audun')`,
      `UPDATE identity.account SET email = 'new-' || email WHERE email LIKE '${LEAVES}%'`,
    ];
    await withDatabase(here.url, async (db) => {
      for (const change of changes) await db.query({ text: change });
    });
    const ofOthers = await contentsOf(here.url, STAYS);
    assert.notEqual(ofOthers, before, 'others have changed since the backup, too');
    await refuses(['restore', 'thil', '--confirm', 'audun'], from, /--confirm: got audun, expected thil/);
    await refuses(
      ['restore', 'thil', '--confirm', 'thil', '--backup', '2001-01-01T000000Z'],
      from,
      /2001-01-01T000000Z/,
    );
    assert.ok((await differing()).includes('energy.budget'));
    const output = await succeeds(['restore', 'thil', '--confirm', 'thil', '--from', earlier.url], from);
    assert.match(output, /thil as in \S+earlier\S+: \d+ rows of \d+ tables, 1 files/);
    assert.deepEqual(await differing(), ['audit_before'], 'its audit goes on');
    assert.equal(await contentsOf(here.url, STAYS), ofOthers, 'no row of another has changed');
    before = ofOthers;
    const kept = await withDatabase(here.url, (db) => db.query<{ kept: string }>({ text: KEPT }));
    assert.deepEqual(
      kept.rows.map((each) => each.kept),
      ['host thil', `email new-${LEAVES}`],
    );
    const acts = await withDatabase(here.url, (db) => db.query<{ act: string }>({ text: ACTS }));
    assert.equal(acts.rows.at(-1)?.act, 'tenant.restore thil');
    assert.ok(
      acts.rows.some(({ act }) => act === 'tenant.export thil'),
      'its audit has what was done before',
    );
  });

  await t.test('it is imported under another name beside another tenant, and compared', async () => {
    await succeeds(['import', archive, '--as', 'moved', ...key], to);
    const output = await succeeds(['compare', archive, '--as', 'moved', ...key], to);
    assert.doesNotMatch(output, /not counted as a difference/);
    await withDatabase(there.url, (db) =>
      db.query({ text: `UPDATE energy.budget SET amount = amount + 0.01 WHERE tenant = 'moved'` }),
    );
    const acts = await withDatabase(there.url, (db) => db.query<{ act: string }>({ text: ACTS }));
    assert.deepEqual(
      acts.rows.map(({ act }) => act),
      ['tenant.import moved'],
    );
    await refuses(
      ['compare', archive, '--as', 'moved', ...key],
      to,
      /energy\.budget: 1 rows, 1 in the archive\n {2}only in the archive: .*"amount":1[,}]/,
    );
  });

  await t.test('a tenant with data, another key, and what another tenant has are refused', async () => {
    await refuses(
      ['import', archive, '--as', 'moved', ...key],
      to,
      /Tenant moved has data \([\w.]+\): expected one without/,
    );
    await refuses(['import', archive, '--as', 'again', ...key], to, /exists in another tenant: .*thil/);
    await refuses(
      ['import', archive, '--as', '../thil', ...key],
      to,
      /as: got "\.\.\/thil", expected up to 50 letters/,
    );
    await refuses(['import', archive, '--as', 'again'], to, /it is not a tar archive/);
    assert.deepEqual(await withDatabase(there.url, (db) => tenantsOf(db)), ['', 'audun', 'moved']);
    assert.deepEqual((await readdir(join(folder, 'there/files'))).sort(), ['audun', 'moved']);
  });

  await t.test('deleting needs its name, spares the default tenant, and leaves nothing', async () => {
    await refuses(['delete', 'thil'], from, /--confirm: got nothing, expected thil/);
    await refuses(['delete', 'thil', '--confirm', 'audun'], from, /--confirm: got audun, expected thil/);
    await refuses(
      ['delete', '@default', '--confirm', '@default'],
      from,
      /the default tenant, which can only be emptied/,
    );
    const certificate = join(folder, 'certificate.json');
    const output = await succeeds(['delete', 'thil', '--confirm', 'thil', '--certificate', certificate], from);
    assert.match(output, /1 earlier backups still contain it/);
    const { tenant, rows, files, backups } = JSON.parse(await readFile(certificate, 'utf8'));
    assert.deepEqual([tenant, rows > 150, files, backups.length], ['thil', true, 1, 1]);
    const acts = await withDatabase(here.url, (db) => db.query<{ act: string }>({ text: ACTS }));
    assert.deepEqual(
      acts.rows.map(({ act }) => act),
      ['tenant.delete thil'],
      'the entries of the tenant went with it',
    );
    const dump = await dumpOf(here.url);
    const hex = Buffer.from(LEAVES).toString('hex');
    assert.deepEqual(
      dump.split('\n').filter((line) => line.includes(LEAVES) || line.includes(hex)),
      [],
    );
    const kept = await readdir(join(folder, 'here/files'), { recursive: true });
    assert.deepEqual(
      kept.filter((path) => path.endsWith('.master')).map((path) => path.split('/')[0]),
      ['audun'],
    );
    assert.equal(await contentsOf(here.url, STAYS), before);
    await refuses(['delete', 'thil', '--confirm', 'thil'], from, /There is no tenant "thil"/);
  });

  await t.test('deleted by mistake, it comes back from a backup with its accounts and its photo', async () => {
    const output = await succeeds(['restore', 'thil', '--confirm', 'thil'], from);
    assert.match(output, /thil as in \d{4}-\d\d-\d\dT\d{6}Z: \d+ rows of \d+ tables, 1 files/);
    assert.deepEqual(await differing(), ['audit_before'], 'the archive has its own export, too');
    assert.equal(await contentsOf(here.url, STAYS), before);
    await succeeds(['delete', 'thil', '--confirm', 'thil'], from);
  });

  await t.test('it comes back without its secrets from an open archive', async () => {
    await succeeds(['import', open], from);
    await succeeds(['compare', open], from);
    assert.equal(await contentsOf(here.url, STAYS), before);
  });

  await t.test('a damaged archive changes nothing', async () => {
    const bytes = await readFile(open);
    const damaged = join(folder, 'damaged.tar');
    await writeFile(damaged, bytes.subarray(0, bytes.length / 2));
    await refuses(['import', damaged, '--as', 'damaged'], to, /it is cut off/);
    assert.deepEqual(await withDatabase(there.url, (db) => tenantsOf(db)), ['', 'audun', 'moved']);
  });
});

async function fill(environment: NodeJS.ProcessEnv, tenants: { readonly [tenant: string]: string }): Promise<void> {
  const config = readConfig({ ...environment, DEMO: 'off' });
  await withDatabase(environment.DATABASE_URL ?? '', async (db) => {
    for (const { name, folder } of migrationFolders(config)) await migrate(db, folder, name);
    const ports = await leavingPorts(config, db);
    for (const [tenant, word] of Object.entries(tenants)) await fillTenant(db, ports, tenant, word);
  });
}

async function withDatabase<T>(url: string, work: (db: Database) => Promise<T>): Promise<T> {
  const db = await openDatabase({ url });
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

/** Runs a command in a process of its own, and kills it where it waits for a table that is locked. */
async function killedAtTheBudgets(url: string, args: readonly string[], environment: NodeJS.ProcessEnv): Promise<void> {
  await withDatabase(url, (other) =>
    withDatabase(url, (db) =>
      db.transaction(async (tx) => {
        await tx.query({ text: 'LOCK TABLE energy.budget IN ACCESS EXCLUSIVE MODE' });
        const env = { ...process.env, ...environment };
        const child = spawn(process.execPath, [ALZETTE, 'collectivity', ...args], { env, stdio: 'ignore' });
        const ended = once(child, 'exit');
        const waits = async () => (await other.query({ text: WAITS })).rowCount > 0;
        await eventually('it waits for the table', waits, 180_000);
        child.kill('SIGKILL');
        assert.deepEqual(await ended, [null, 'SIGKILL']);
        await other.query({ text: END_WAITING });
        await eventually('its connection has ended', async () => !(await waits()));
      }),
    ),
  );
}

async function tenantsOf(db: Database): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>({ text: 'SELECT name FROM tenant ORDER BY name' });
  return rows.map(({ name }) => name);
}

async function dumpOf(url: string): Promise<string> {
  const { output, ended } = startTool('pg_dump', url, ['--data-only']);
  const [dump] = await Promise.all([text(output), ended]);
  return dump;
}

/** The lines of a dump with a word, except for those of the audit's chain. */
async function contentsOf(url: string, word: string): Promise<string> {
  return (await dumpOf(url))
    .split('\n')
    .filter((line) => line.includes(word))
    .sort()
    .join('\n');
}
