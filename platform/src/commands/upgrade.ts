import { PRODUCT_VERSION } from '@alzette/broker/version';
import { pendingMigrations } from '@alzette/kit/migrate';
import { breaksEarlierVersion } from '@alzette/kit/migration-rules';
import { readConfig } from '../config.ts';
import { migrationFolders } from '../migration-folders.ts';
import { reachDatabase } from '../reach-database.ts';
import { type Command, readArguments, UsageError } from './command.ts';

/** Shows what an upgrade would do to the database, without doing it. */
export const upgradeCommand: Command = {
  usage: `alzette upgrade --check
    lists the migrations that the next start of this version will apply, and whether the previous version can run beside it
    meanwhile; changes nothing, and exits with 1 if the database belongs to a later version`,
  async run(args, environment) {
    const { values } = readArguments(args, { check: { type: 'boolean', default: false } });
    if (!values.check) throw new UsageError('--check is required; migrations are applied at the start');
    const config = readConfig({ ...environment, DEMO: 'off' });
    const db = await reachDatabase(config);
    try {
      let count = 0;
      let breaking = 0;
      for (const { name, folder } of migrationFolders(config)) {
        for (const { file, sql } of await pendingMigrations(db, folder, name)) {
          count += 1;
          const found = breaksEarlierVersion(sql);
          if (found.length > 0) breaking += 1;
          console.log(
            `${name} ${file}${found.length > 0 ? `: the previous version may fail on ${found.join(', ')}` : ''}`,
          );
        }
      }
      console.log(`${count} migrations to apply for version ${PRODUCT_VERSION}.`);
      if (count > 0) console.log(breaking > 0 ? STOP_FIRST : ONE_BY_ONE);
      return 0;
    } finally {
      await db.close();
    }
  },
};

const STOP_FIRST = 'Make a backup, stop every process, then start this version.';
const ONE_BY_ONE = 'Make a backup, then restart processes one by one: the previous version can run beside this one.';
