import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { DamagedError, decrypted } from '../age/age-file.ts';
import type { AgeKey } from '../age/age-key.ts';
import { digestOf } from '../archive/digest.ts';
import { secondsSince } from '../archive/make-backup.ts';
import { backupNames, dumpFile, type KeptFile, keptFile, type Manifest, readManifest } from '../archive/manifest.ts';
import { restoreDatabase } from '../databases/restore-database.ts';
import { differences, tableSums } from '../databases/table-sums.ts';
import type { BackupPorts, ClosableDatabase, DatabasePlace } from '../ports.ts';
import { withTarget } from '../targets/open-target.ts';
import type { BackupTarget, TargetSettings } from '../targets/target.ts';

/** The source and the destination of a restore. */
export interface RestoreSettings {
  readonly target: TargetSettings;
  readonly key: AgeKey;
  /** Absent: the latest. */
  readonly name?: string;
  readonly place: DatabasePlace;
  /** Folder with space for the dump. */
  readonly folder: string;
  readonly signal?: AbortSignal;
}

export interface RestoreReport {
  readonly name: string;
  /** Seconds until the database was usable. */
  readonly restoreSeconds: number;
  /** Seconds including all comparisons. */
  readonly seconds: number;
  readonly tables: number;
  readonly rows: number;
  readonly files: number;
  /** Descriptions of differences; empty if every row and file is equal. */
  readonly faults: readonly string[];
}

interface Restored extends RestoreReport {
  readonly manifest: Manifest;
}

/**
 * Restores a backup into an empty place, compares every row and file with the manifest, and passes each file to
 * `onFile`. Closes the database at the end.
 *
 * @throws Error: there is no such backup, or the place is not empty; DamagedError: it can't be read
 */
export async function restoreBackup(
  ports: BackupPorts,
  settings: RestoreSettings,
  onFile?: (name: string, bytes: Buffer) => Promise<void>,
): Promise<Restored> {
  const { key, signal } = settings;
  return withTarget(settings.target, async (target) => {
    const begun = performance.now();
    const { name, manifest, db } = await restoredDatabase(ports, settings, target);
    const { database, files } = manifest;
    const restoreSeconds = secondsSince(begun);
    const faults = await closing(db, async () => [
      ...differences(database.tables, await db.transaction(tableSums)),
      ...(await restoreFiles(target, files, key, onFile, signal)),
    ]);
    const rows = database.tables.reduce((sum, each) => sum + each.rows, 0);
    const counts = { tables: database.tables.length, rows, files: files.length };
    return { name, restoreSeconds, seconds: secondsSince(begun), ...counts, faults, manifest };
  });
}

/** The database of a backup, in its place. @throws see {@link restoreBackup} */
export async function restoredDatabase(
  ports: BackupPorts,
  { key, place, folder, signal, ...settings }: RestoreSettings,
  target: BackupTarget,
) {
  const name = settings.name ?? (await backupNames(target)).at(-1);
  if (name === undefined) throw new Error('there is no backup there');
  const manifest = await readManifest(target, name, key);
  const dump = () => opened(target, dumpFile(name), key);
  const db = await restoreDatabase(ports, place, { ...manifest.database, files: [] }, dump, folder, signal);
  return { name, manifest, db };
}

/** Writes the rest of a backup: the territory's folder, and the settings, which contain secrets. */
export async function restoreSettings(manifest: Manifest, folder: string): Promise<void> {
  for (const [path, text] of Object.entries(manifest.territory)) {
    const file = join(folder, 'territory', path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  const lines = Object.entries(manifest.settings).map(([name, value]) => `${name}=${JSON.stringify(value)}\n`);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'settings.env'), lines.join(''), { mode: 0o600 });
}

async function restoreFiles(
  target: BackupTarget,
  files: readonly KeptFile[],
  key: AgeKey,
  onFile: ((name: string, bytes: Buffer) => Promise<void>) | undefined,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const faults: string[] = [];
  for (const file of files) {
    signal?.throwIfAborted();
    try {
      const bytes = await readKept(target, file, key);
      await onFile?.(file.name, bytes);
    } catch (error) {
      if (!(error instanceof DamagedError)) throw error;
      faults.push(error.message);
    }
  }
  return faults;
}

/** @throws DamagedError: it is missing, can't be read or is another */
export async function readKept(target: BackupTarget, { name, digest }: KeptFile, key: AgeKey): Promise<Buffer> {
  const bytes = await buffer(await opened(target, keptFile(name), key));
  if (digestOf(bytes) !== digest) throw new DamagedError(`${keptFile(name)} has changed`);
  return bytes;
}

/** Decrypts a file as a stream. @throws DamagedError naming the file: it is missing, or can't be read */
async function opened(target: BackupTarget, file: string, key: AgeKey): Promise<AsyncIterable<Buffer>> {
  const source = await target.read(file);
  if (source === undefined) throw new DamagedError(`${file} is missing`);
  return named(decrypted(source, key), file);
}

async function* named(source: AsyncIterable<Buffer>, file: string): AsyncGenerator<Buffer> {
  try {
    yield* source;
  } catch (error) {
    throw error instanceof DamagedError ? new DamagedError(`${file}: ${error.message}`) : error;
  }
}

export async function closing<T>(db: ClosableDatabase, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await db.close();
  }
}
