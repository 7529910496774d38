import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  decrypted,
  encrypted,
  exportTenant,
  newIdentity,
  readIdentity,
  restoreTenant,
  withBackup,
} from '@alzette/backups';
import { openDatabase } from '@alzette/broker';
import { filesOfBackup } from '@alzette/files';
import type { Database } from '@alzette/kit/database';
import { migrate } from '@alzette/kit/migrate';
import { backupPorts, productBackups, workFolder } from '../backup/product-backups.ts';
import { type Config, readConfig } from '../config.ts';
import { leavingPorts } from '../leaving/leaving-ports.ts';
import { migrationFolders } from '../migration-folders.ts';
import { nameOf, shown, tellLeftOut, withPorts } from './collectivity.ts';
import { type Command, readArguments, UsageError } from './command.ts';

const OPTIONS = { confirm: { type: 'string' }, backup: { type: 'string' }, from: { type: 'string' } } as const;

/** Gives one collectivity back what it had at an earlier moment. */
export const restoreCollectivity: Command = {
  usage: `alzette collectivity restore <tenant> --confirm <tenant>
    replaces what a tenant has by what it had in the latest backup. Other tenants stay as they are, and so do its own
    accounts, policies, keys and audit; if it was deleted, it comes back with its accounts and policies
    --backup <name>      another backup (alzette backup list)
    --from <url>         instead of a backup a PostgreSQL database that was restored to a point in time`,
  async run(args, environment) {
    const { values, positionals } = readArguments(args, OPTIONS);
    const [given, ...others] = positionals;
    if (given === undefined || others.length > 0) throw new UsageError('tenant: expected one name');
    if (values.confirm !== given) {
      throw new UsageError(
        `--confirm: got ${values.confirm ?? 'nothing'}, expected ${given}, because what it has now is replaced`,
      );
    }
    if (values.backup !== undefined && values.from !== undefined) {
      throw new UsageError('--from: got a backup, too, expected one of both');
    }
    const tenant = nameOf(given);
    const config = readConfig({ ...environment, DEMO: 'off' });
    const folder = workFolder(config);
    await mkdir(folder, { recursive: true });
    const file = join(folder, `collectivity-${process.pid}.tar.age`);
    // It has the secrets of the tenant; nobody needs the key afterwards.
    const key = readIdentity(newIdentity());
    const archive: Archive = (db, ports) =>
      exportTenant(db, ports, { tenant, withSecrets: true }, (bytes) =>
        pipeline(Readable.from(encrypted(bytes, key)), createWriteStream(file, { mode: 0o600 })),
      );
    try {
      const source =
        values.from === undefined
          ? await ofBackup(config, values.backup, archive)
          : await ofDatabase(config, values.from, archive);
      const open = () => decrypted(createReadStream(file), key);
      const report = await withPorts(environment, async (db, ports, note) => {
        const done = await restoreTenant(db, ports, { tenant, open });
        await note('tenant.restore', tenant, tenant, { source });
        return done;
      });
      const { tables, rows, files, leftOut, differences } = report;
      console.log(`${shown(tenant)} as in ${source}: ${rows} rows of ${tables} tables, ${files} files`);
      tellLeftOut(leftOut);
      for (const each of differences) console.error(each);
      return differences.length > 0 ? 1 : 0;
    } finally {
      await rm(file, { force: true });
    }
  },
};

type Archive = (db: Database, ports: Awaited<ReturnType<typeof leavingPorts>>) => Promise<unknown>;

/** @returns the name of the backup */
function ofBackup(config: Config, name: string | undefined, archive: Archive): Promise<string> {
  const backups = productBackups(config);
  if (backups === undefined) throw new Error('BACKUP_URL is not set, so there is no backup target: see docs/backup.md');
  const { target, key, folder, restoreTestPlace: place } = backups;
  return withBackup(backupPorts(config), { target, key, folder, place, ...(name && { name }) }, async (backup) => {
    // Its secrets are encrypted with the key of that time, and it may be of an earlier version.
    await migrateAll(config, backup.db);
    const ports = await leavingPorts({ ...config, ...secretKeyOf(backup.settings) }, backup.db);
    await archive(backup.db, { ...ports, files: filesOfBackup(backup.file).ofTenants });
    return backup.name;
  });
}

/** Files are those that the store has still. @returns what the database is called */
async function ofDatabase(config: Config, url: string, archive: Archive): Promise<string> {
  const db = await openDatabase({ url });
  try {
    await migrateAll(config, db);
    await archive(db, await leavingPorts(config, db));
    return new URL(url).pathname.slice(1);
  } finally {
    await db.close();
  }
}

async function migrateAll(config: Config, db: Database): Promise<void> {
  for (const { name, folder } of migrationFolders(config)) await migrate(db, folder, name);
}

function secretKeyOf({
  SECRET_KEY: secretKey,
}: {
  readonly [name: string]: string;
}): Pick<Config, 'secretKey'> | object {
  return secretKey === undefined ? {} : { secretKey };
}
