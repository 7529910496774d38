import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type BackupPorts,
  type DatabasePlace,
  newIdentity,
  readIdentity,
  type ScheduledBackups,
  type TargetSettings,
} from '@alzette/backups';
import { openDatabase } from '@alzette/broker';
import { PRODUCT_VERSION } from '@alzette/broker/version';
import { filesToBackUp } from '@alzette/files';
import { demoFolder } from '@alzette/territory';
import type { Config } from '../config.ts';
import { StartError } from '../start-error.ts';

/** The scheduled backups of this product; undefined: none. @throws StartError: the key is invalid */
export function productBackups(config: Config): ScheduledBackups | undefined {
  const { backup, demo, databaseUrl, dataDir } = config;
  // The demo shows how backups work. A copy on the same disk protects nobody's data.
  const isDemo = demo && databaseUrl === undefined && backup.target === undefined;
  const target = isDemo ? demoTarget(dataDir) : backup.target;
  const identity = isDemo ? demoIdentity(dataDir) : backup.identity;
  if (target === undefined || identity === undefined) return undefined;
  const { at, restoreTestAt, keep, settings, restoreTestUrl } = backup;
  const place = placeOf(config);
  return {
    target,
    key: keyOf(identity),
    at,
    restoreTestAt,
    keep,
    place,
    restoreTestPlace: restoreTestUrl === undefined ? place : { kind: 'postgres', url: restoreTestUrl },
    folder: workFolder(config),
    product: PRODUCT_VERSION,
    settings,
    territoryFolder: config.territoryFolder ?? demoFolder(),
    isDemo,
  };
}

/** The access of a backup to databases and files. */
export function backupPorts({ files }: Pick<Config, 'files'>): BackupPorts {
  return {
    openDatabase: ({ archive, ...place }) =>
      openDatabase({
        ...(place.kind === 'postgres' ? { url: place.url } : { dataDir: place.dataDir }),
        ...(archive !== undefined && { archive }),
      }),
    files: filesToBackUp(files),
  };
}

/** The database of the product, without a transaction pooler. */
export function placeOf({ databaseUrl, databaseDirectUrl, dataDir }: Config): DatabasePlace {
  const url = databaseDirectUrl ?? databaseUrl;
  return url === undefined ? { kind: 'pglite', dataDir } : { kind: 'postgres', url };
}

/** The folder for dumps in progress. */
export function workFolder({ dataDir }: Pick<Config, 'dataDir'>): string {
  return join(dataDir, 'backup-work');
}

/** @throws StartError: it is not a key */
export function keyOf(identity: string) {
  try {
    return readIdentity(identity);
  } catch (error) {
    throw new StartError(`BACKUP_KEY: ${(error as Error).message}`);
  }
}

function demoTarget(dataDir: string): TargetSettings {
  return { kind: 'folder', folder: join(dataDir, 'backups') };
}

function demoIdentity(dataDir: string): string {
  const file = join(dataDir, 'backup.key');
  if (!existsSync(file)) {
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(file, newIdentity(), { mode: 0o600 });
  }
  return readFileSync(file, 'utf8');
}
