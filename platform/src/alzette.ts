#!/usr/bin/env node
import { PRODUCT_VERSION } from '@alzette/broker/version';
import {
  backupKeyCommand,
  listBackupsCommand,
  makeBackupCommand,
  restoreCommand,
  verifyBackupCommand,
} from './commands/backup.ts';
import { openBreakGlass } from './commands/break-glass.ts';
import { type Command, UsageError } from './commands/command.ts';
import { doctor } from './commands/doctor.ts';
import { historyImport } from './commands/history-import.ts';
import { migrateFromV2 } from './commands/migrate-v2.ts';
import {
  territoryApply,
  territoryCheck,
  territoryDiff,
  territoryDraw,
  territoryExport,
  territoryInit,
} from './commands/territory.ts';
import { dropReaderCommand, listReaders, refreshViewsCommand, setReaderCommand } from './commands/views.ts';

const COMMANDS: { readonly [name: string]: Command } = {
  doctor,
  backup: makeBackupCommand,
  'backup key': backupKeyCommand,
  'backup list': listBackupsCommand,
  'verify-backup': verifyBackupCommand,
  restore: restoreCommand,
  'break-glass open': openBreakGlass,
  'history import': historyImport,
  'migrate v2': migrateFromV2,
  'territory init': territoryInit,
  'territory check': territoryCheck,
  'territory draw': territoryDraw,
  'territory diff': territoryDiff,
  'territory apply': territoryApply,
  'territory export': territoryExport,
  'views refresh': refreshViewsCommand,
  'views reader': setReaderCommand,
  'views readers': listReaders,
  'views drop-reader': dropReaderCommand,
};

const USAGE = `alzette                  starts everything, as npm start does
${Object.values(COMMANDS)
  .map(({ usage }) => usage)
  .join('\n')}

alzette --version

Settings are those of npm start: DATABASE_URL, DATA_DIR, PUBLIC_URL, OFFLINE …`;

/** @returns the exit code */
async function main(args: readonly string[]): Promise<number> {
  if (args[0] === '--version') {
    console.log(PRODUCT_VERSION);
    return 0;
  }
  const words = [2, 1].find((count) => COMMANDS[args.slice(0, count).join(' ')] !== undefined) ?? 0;
  const command = COMMANDS[args.slice(0, words).join(' ')];
  if (command === undefined) {
    console.error(USAGE);
    return args[0] === '--help' ? 0 : 2;
  }
  try {
    return await command.run(args.slice(words), process.env);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    if (error instanceof UsageError) console.error(command.usage);
    return error instanceof UsageError ? 2 : 1;
  }
}

const args = process.argv.slice(2);
if (args.length === 0 || args[0] === 'start') await import('./main.ts');
else process.exitCode = await main(args);
