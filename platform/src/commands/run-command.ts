import { PRODUCT_VERSION } from '@alzette/broker/version';
import {
  backupKeyCommand,
  listBackupsCommand,
  makeBackupCommand,
  restoreCommand,
  verifyBackupCommand,
} from './backup.ts';
import { openBreakGlass } from './break-glass.ts';
import { compareCollectivity, deleteCollectivity, exportCollectivity, importCollectivity } from './collectivity.ts';
import { type Command, UsageError } from './command.ts';
import { doctor } from './doctor.ts';
import { historyImport } from './history-import.ts';
import { addKey, listKeys, revokeKey } from './key.ts';
import {
  migrateFromGrafana,
  migrateFromKeycloak,
  migrateFromLdap,
  migrateFromNodeRed,
  migrateFromWso2,
} from './migrate-platform.ts';
import { migrateFromV2 } from './migrate-v2.ts';
import { packBuild, packCheck, packInstall, packKeys, packList, packRemove, packSign, packTest } from './pack.ts';
import { packIndex, packPublish, packSearch } from './pack-index.ts';
import { restoreCollectivity } from './restore-collectivity.ts';
import { moveTenantCommand } from './tenant.ts';
import {
  territoryApply,
  territoryCheck,
  territoryDiff,
  territoryDraw,
  territoryExport,
  territoryInit,
} from './territory.ts';
import { upgradeCommand } from './upgrade.ts';
import { addUser, linkForUser, listUsers } from './user.ts';
import { dropReaderCommand, listReaders, refreshViewsCommand, setReaderCommand } from './views.ts';

const COMMANDS: { readonly [name: string]: Command } = {
  doctor,
  backup: makeBackupCommand,
  'backup key': backupKeyCommand,
  'backup list': listBackupsCommand,
  'verify-backup': verifyBackupCommand,
  restore: restoreCommand,
  upgrade: upgradeCommand,
  'user list': listUsers,
  'user add': addUser,
  'user link': linkForUser,
  'key list': listKeys,
  'key add': addKey,
  'key revoke': revokeKey,
  'break-glass open': openBreakGlass,
  'history import': historyImport,
  'migrate v2': migrateFromV2,
  'migrate keycloak': migrateFromKeycloak,
  'migrate ldap': migrateFromLdap,
  'migrate wso2': migrateFromWso2,
  'migrate grafana': migrateFromGrafana,
  'migrate node-red': migrateFromNodeRed,
  'tenant move': moveTenantCommand,
  'collectivity export': exportCollectivity,
  'collectivity import': importCollectivity,
  'collectivity compare': compareCollectivity,
  'collectivity delete': deleteCollectivity,
  'collectivity restore': restoreCollectivity,
  'territory init': territoryInit,
  'territory check': territoryCheck,
  'territory draw': territoryDraw,
  'territory diff': territoryDiff,
  'territory apply': territoryApply,
  'territory export': territoryExport,
  'pack check': packCheck,
  'pack test': packTest,
  'pack build': packBuild,
  'pack sign': packSign,
  'pack keys': packKeys,
  'pack publish': packPublish,
  'pack index': packIndex,
  'pack search': packSearch,
  'pack install': packInstall,
  'pack remove': packRemove,
  'pack list': packList,
  'views refresh': refreshViewsCommand,
  'views reader': setReaderCommand,
  'views readers': listReaders,
  'views drop-reader': dropReaderCommand,
};

const USAGE = `alzette [start]          starts everything, as npm start does
alzette demo             the same with the demo territory, on the embedded database
${Object.values(COMMANDS)
  .map(({ usage }) => usage)
  .join('\n')}

alzette --version

Settings are those of npm start: DATABASE_URL, DATA_DIR, PUBLIC_URL, OFFLINE …`;

/** The usage of the commands that begin with a word, otherwise that of all. */
function usageOf(word: string | undefined): string {
  const own = Object.entries(COMMANDS).filter(([name]) => name.startsWith(`${word} `));
  return own.length > 0 ? own.map(([, { usage }]) => usage).join('\n') : USAGE;
}

/** Runs the command given by the arguments. @returns the exit code */
export async function runCommand(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  if (args[0] === '--version') {
    console.log(PRODUCT_VERSION);
    return 0;
  }
  const words = [2, 1].find((count) => COMMANDS[args.slice(0, count).join(' ')] !== undefined) ?? 0;
  const command = COMMANDS[args.slice(0, words).join(' ')];
  if (args.includes('--help') || args.includes('-h')) {
    console.log(command?.usage ?? usageOf(args[0]));
    return 0;
  }
  if (command === undefined) {
    console.error(`got ${args.slice(0, 2).join(' ')}, expected one of:\n\n${usageOf(args[0])}`);
    return 2;
  }
  try {
    return await command.run(args.slice(words), environment);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    if (error instanceof UsageError) console.error(command.usage);
    return error instanceof UsageError ? 2 : 1;
  }
}
