import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type BackupReport,
  backupNames,
  makeBackup,
  newIdentity,
  type RestoreReport,
  recorded,
  restoreBackup,
  restoreSettings,
  type ScheduledBackups,
  shownTarget,
  testRestore,
  withTarget,
} from '@alzette/backups';
import { backupPorts, placeOf, productBackups } from '../backup/product-backups.ts';
import { type Config, readConfig } from '../config.ts';
import { answersAsOurs } from '../doctor/check-machine.ts';
import { reachDatabase } from '../reach-database.ts';
import { askByHttp } from './ask-by-http.ts';
import { type Command, readArguments, UsageError } from './command.ts';

const MIB = 1024 ** 2;
const HAS_RUNS = `SELECT to_regclass('backups.run') IS NOT NULL AS there`;

/** Makes a backup now, in addition to the scheduled ones. */
export const makeBackupCommand: Command = {
  usage: `alzette backup
    makes a backup now and removes expired ones; BACKUP_URL and BACKUP_KEY give the target and the key. While the product
    runs on the embedded database, the product itself makes it (ALZETTE_KEY: an administrator's API key)`,
  async run(args, environment) {
    const [config, backups] = settingsOf(args, environment);
    if (config.databaseUrl === undefined && (await answersAsOurs(config.port))) return askProduct(config, environment);
    const ports = backupPorts(config);
    const db = await reachDatabase(config);
    try {
      const make = () => makeBackup(ports, backups, db.archive ? { embedded: db } : {});
      const { rows } = await db.query<{ there: boolean }>({ text: HAS_RUNS });
      tellBackup(await (rows[0]?.there ? recorded(db, 'backup', make) : make()), backups);
      return 0;
    } finally {
      await db.close();
    }
  },
};

export const backupKeyCommand: Command = {
  usage: `alzette backup key <file>
    creates a key, without which backups can not be read. Keep a copy on another machine`,
  async run(args) {
    const [file, ...others] = readArguments(args, {}).positionals;
    if (file === undefined || others.length > 0) throw new UsageError('file: expected one');
    if (existsSync(file)) throw new Error(`${file} already exists, and backups may need it`);
    const identity = newIdentity();
    writeFileSync(file, identity, { mode: 0o600, flag: 'wx' });
    console.log(
      `${file} contains the key: BACKUP_KEY=${file}. Keep a copy elsewhere: backups can not be read without it.`,
    );
    return 0;
  },
};

export const listBackupsCommand: Command = {
  usage: 'alzette backup list               lists them',
  async run(args, environment) {
    const [, { target }] = settingsOf(args, environment);
    const names = await withTarget(target, backupNames);
    for (const name of names) console.log(name);
    console.error(`${names.length} backups at ${shownTarget(target)}`);
    return 0;
  },
};

/** Restores a backup for a test. */
export const verifyBackupCommand: Command = {
  usage: `alzette verify-backup [name]
    restores the latest or the named backup for a test, compares every row and file, and removes it again;
    exits with 1 if anything differs`,
  async run(args, environment) {
    const { positionals } = readArguments(args, {});
    const [config, backups] = settingsOf([], environment);
    const { target, key, folder, restoreTestPlace: place } = backups;
    const name = oneName(positionals);
    const report = await testRestore(backupPorts(config), { target, key, folder, place, ...(name && { name }) });
    return tellRestore(report, 'as in the backup');
  },
};

export const restoreCommand: Command = {
  usage: `alzette restore [name]
    restores the latest or the named backup into the configured database, which must be empty, with its files;
    then compares everything with the backup. The product must be stopped
    --settings <folder>  where to write the settings of the backup, with their secrets, and the territory's folder
                         (default: DATA_DIR/restored)`,
  async run(args, environment) {
    const { values, positionals } = readArguments(args, { settings: { type: 'string' } });
    const [config, { target, key, folder }] = settingsOf([], environment);
    const ports = backupPorts(config);
    const name = oneName(positionals);
    const restore = { target, key, folder, place: placeOf(config), ...(name && { name }) };
    const report = await restoreBackup(ports, restore, (file, bytes) => ports.files.write(file, bytes));
    const beside = values.settings ?? join(config.dataDir, 'restored');
    await restoreSettings(report.manifest, beside);
    console.log(`Its settings, with their secrets, and its territory are in ${beside}.`);
    return tellRestore(report, 'restored');
  },
};

function settingsOf(args: readonly string[], environment: NodeJS.ProcessEnv): [Config, ScheduledBackups] {
  if (readArguments(args, {}).positionals.length > 0) throw new UsageError('expected no arguments');
  const config = readConfig(environment);
  const backups = productBackups(config);
  if (backups === undefined) throw new Error('BACKUP_URL is not set, so there is no backup target: see docs/backup.md');
  return [config, backups];
}

function oneName(positionals: readonly string[]): string | undefined {
  const [name, ...others] = positionals;
  if (others.length > 0) throw new UsageError(`name: got ${positionals.join(' ')}, expected at most one`);
  return name;
}

/** The embedded database is open in the process of the product only. */
async function askProduct({ port, tls }: Config, environment: NodeJS.ProcessEnv): Promise<number> {
  const url = `${tls ? 'https' : 'http'}://127.0.0.1:${port}`;
  const { status, body } = await askByHttp(url, environment.ALZETTE_KEY)('POST', '/ops/jobs/backups.make/run');
  if (status !== 202) throw new Error(`${url} answered ${status}: ${JSON.stringify(body)}`);
  console.log(`The product is making the backup: see the result at ${url}/ops/backups or on the page "System".`);
  return 0;
}

function tellBackup(report: BackupReport, { target }: ScheduledBackups): void {
  const { name, seconds, databaseBytes, dumpBytes, tables, rows, files, newFiles, removed } = report;
  console.log(`${name} at ${shownTarget(target)} in ${seconds} s`);
  console.log(`  database ${mib(databaseBytes)}, encrypted dump ${mib(dumpBytes)}: ${tables} tables, ${rows} rows`);
  console.log(`  ${files} files, ${newFiles} of them new`);
  if (removed.length > 0) console.log(`  removed: ${removed.join(', ')}`);
}

function tellRestore({ name, seconds, restoreSeconds, ...report }: RestoreReport, how: string): number {
  const { tables, rows, files, faults } = report;
  console.log(`${name}: database restored in ${restoreSeconds} s, all compared after ${seconds} s`);
  if (faults.length === 0) console.log(`  ${tables} tables with ${rows} rows and ${files} files, each ${how}`);
  for (const fault of faults) console.error(`  ${fault}`);
  return faults.length > 0 ? 1 : 0;
}

function mib(bytes: number): string {
  return `${(bytes / MIB).toFixed(1)} MiB`;
}
