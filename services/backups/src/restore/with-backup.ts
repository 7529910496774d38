import { DamagedError } from '../age/age-file.ts';
import { differences, tableSums } from '../databases/table-sums.ts';
import type { BackupPorts, ClosableDatabase } from '../ports.ts';
import { withTarget } from '../targets/open-target.ts';
import type { BackupTarget } from '../targets/target.ts';
import { closing, type RestoreSettings, readKept, restoredDatabase } from './restore-backup.ts';
import { inEmptyPlace } from './test-restore.ts';

/** A backup that can be read like the product that it was made of. */
export interface ReadableBackup {
  readonly name: string;
  readonly db: ClosableDatabase;
  /** Settings by name, including secrets. */
  readonly settings: { readonly [name: string]: string };
  /** A photo or document. Undefined: the backup does not have it. */
  file(name: string): Promise<Buffer | undefined>;
}

/**
 * Restores the database of a backup beside that of `place`, for as long as `work` reads it.
 *
 * @throws Error: there is no such backup; DamagedError: it can't be read, or a row differs
 */
export function withBackup<T>(
  ports: BackupPorts,
  settings: RestoreSettings,
  work: (backup: ReadableBackup) => Promise<T>,
): Promise<T> {
  return withTarget(settings.target, (target) =>
    inEmptyPlace(ports, settings, (place) => read(ports, { ...settings, place }, target, work)),
  );
}

async function read<T>(
  ports: BackupPorts,
  settings: RestoreSettings,
  target: BackupTarget,
  work: (backup: ReadableBackup) => Promise<T>,
): Promise<T> {
  const { name, manifest, db } = await restoredDatabase(ports, settings, target);
  const kept = new Map(manifest.files.map((file) => [file.name, file]));
  return closing(db, async () => {
    const [fault] = differences(manifest.database.tables, await db.transaction(tableSums));
    if (fault !== undefined) throw new DamagedError(`${name}: ${fault}`);
    const file = async (of: string) => {
      const known = kept.get(of);
      return known && readKept(target, known, settings.key);
    };
    return work({ name, db, settings: manifest.settings, file });
  });
}
