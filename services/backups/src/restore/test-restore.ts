import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { databaseOf, withDatabase } from '@alzette/kit/postgres-url';
import type { BackupPorts, DatabasePlace } from '../ports.ts';
import { type RestoreReport, type RestoreSettings, restoreBackup } from './restore-backup.ts';

/**
 * Restores a backup into a temporary place and removes it again: a new database on the PostgreSQL server of `place`,
 * otherwise a folder.
 */
export async function testRestore(ports: BackupPorts, settings: RestoreSettings): Promise<RestoreReport> {
  const { manifest: _, ...report } = await inEmptyPlace(ports, settings, (place) =>
    restoreBackup(ports, { ...settings, place }),
  );
  return report;
}

/** Does something with a new database on the server of a place, or in a new folder, which then goes away. */
export async function inEmptyPlace<T>(
  ports: BackupPorts,
  { place, folder }: Pick<RestoreSettings, 'place' | 'folder'>,
  work: (place: DatabasePlace) => Promise<T>,
): Promise<T> {
  if (place.kind === 'pglite') {
    const dataDir = await mkdtemp(join(folder, 'restore-'));
    try {
      return await work({ kind: 'pglite', dataDir });
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  }
  const server = await ports.openDatabase(place);
  const name = `${databaseOf(place.url)}_restore_${Date.now().toString(36)}`;
  try {
    // Uses template1, where an administrator can install PostGIS for users who may not create it.
    await server.query({ text: `CREATE DATABASE "${name}"` });
    try {
      return await work({ kind: 'postgres', url: withDatabase(place.url, name) });
    } finally {
      await server.query({ text: `DROP DATABASE IF EXISTS "${name}" WITH (FORCE)` });
    }
  } finally {
    await server.close();
  }
}
