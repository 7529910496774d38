import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Logger } from 'pino';
import { encrypted } from '../age/age-file.ts';
import type { AgeKey } from '../age/age-key.ts';
import { dumpEmbedded, dumpPostgres } from '../databases/dump-database.ts';
import type { BackupPorts, ClosableDatabase, DatabasePlace, StoredFiles } from '../ports.ts';
import { withTarget } from '../targets/open-target.ts';
import type { BackupTarget, TargetSettings } from '../targets/target.ts';
import { digestOf } from './digest.ts';
import {
  backupName,
  backupNames,
  brokenNames,
  dumpFile,
  type KeptFile,
  keptFile,
  type Manifest,
  manifestFile,
  readManifest,
  timeOf,
  writeManifest,
} from './manifest.ts';
import { outlived, type Retention } from './retention.ts';

/** The data to back up, and the settings. */
export interface BackupSettings {
  readonly target: TargetSettings;
  readonly key: AgeKey;
  readonly keep: Retention;
  readonly place: DatabasePlace;
  /** Folder for temporary files. */
  readonly folder: string;
  readonly product: string;
  readonly settings: { readonly [name: string]: string };
  readonly territoryFolder: string;
}

export interface BackupReport {
  readonly name: string;
  readonly seconds: number;
  /** Sizes of the database on disk and of its encrypted dump. */
  readonly databaseBytes: number;
  readonly dumpBytes: number;
  readonly tables: number;
  readonly rows: number;
  readonly files: number;
  /** The number of files that earlier backups did not have. */
  readonly newFiles: number;
  /** Names of expired backups that were removed. */
  readonly removed: readonly string[];
}

interface MakeOptions {
  /** The embedded database, which only one process can open. */
  readonly embedded?: Pick<ClosableDatabase, 'archive'>;
  readonly logger?: Logger;
  readonly signal?: AbortSignal;
  readonly now?: Date;
}

const DAY_MS = 86_400_000;

/** Makes a backup and removes expired ones. A failed run leaves no backup behind. */
export async function makeBackup(
  ports: BackupPorts,
  settings: BackupSettings,
  { embedded, logger, signal, now = new Date() }: MakeOptions = {},
): Promise<BackupReport> {
  const { key, place, folder } = settings;
  const name = backupName(now);
  const begun = performance.now();
  await mkdir(folder, { recursive: true });
  return withTarget(settings.target, async (target) => {
    await target
      .removeUnfinished()
      .catch((error: Error) => logger?.warn({ err: error }, 'The parts of killed backups cannot be removed'));
    const earlier = await latestManifest(target, key, logger);
    try {
      let dumpBytes = 0;
      const sink = (bytes: AsyncIterable<Uint8Array>) =>
        target.write(
          dumpFile(name),
          counted(encrypted(bytes, key), (n) => (dumpBytes += n)),
        );
      const { files: stored, ...database } =
        place.kind === 'postgres'
          ? await dumpPostgres(ports, place.url, sink, signal)
          : await dumpEmbedded(ports, embedded ?? {}, folder, sink);
      signal?.throwIfAborted();
      const { files, newFiles } = await keepFiles(target, ports.files, stored, key, earlier?.files ?? [], signal);
      const seconds = secondsSince(begun);
      const manifest: Manifest = {
        format: 1,
        name,
        product: settings.product,
        startedAt: now.toISOString(),
        seconds,
        database,
        dumpBytes,
        files,
        settings: settings.settings,
        territory: await filesIn(settings.territoryFolder),
      };
      await writeManifest(target, manifest, key);
      const removed = await removeOutlived(target, settings, now);
      const { tables, bytes: databaseBytes } = database;
      const rows = tables.reduce((sum, each) => sum + each.rows, 0);
      const counts = { tables: tables.length, rows, files: files.length, newFiles };
      return { name, seconds, databaseBytes, dumpBytes, ...counts, removed };
    } catch (error) {
      await target.remove([dumpFile(name), manifestFile(name)]).catch(() => undefined);
      throw error;
    }
  });
}

/** An unreadable manifest counts as none: all files are written again. */
async function latestManifest(
  target: BackupTarget,
  key: AgeKey,
  logger: Logger | undefined,
): Promise<Manifest | undefined> {
  const latest = (await backupNames(target)).at(-1);
  if (latest === undefined) return undefined;
  return readManifest(target, latest, key).catch((error: Error) => {
    logger?.warn({ err: error, backup: latest }, 'The latest backup cannot be read');
    return undefined;
  });
}

/** A file never changes under its name, so files of an earlier backup are not written again. */
async function keepFiles(
  target: BackupTarget,
  stored: StoredFiles,
  names: readonly string[],
  key: AgeKey,
  earlier: readonly KeptFile[],
  signal: AbortSignal | undefined,
): Promise<{ files: KeptFile[]; newFiles: number }> {
  const known = new Map(earlier.map((file) => [file.name, file]));
  const files: KeptFile[] = [];
  let newFiles = 0;
  for (const name of names) {
    signal?.throwIfAborted();
    const before = known.get(name);
    const bytes = before === undefined ? await stored.read(name) : undefined;
    if (before) files.push(before);
    if (bytes === undefined) continue;
    await target.write(keptFile(name), encrypted(once(bytes), key));
    files.push({ name, bytes: bytes.length, digest: digestOf(bytes) });
    newFiles += 1;
  }
  return { files, newFiles };
}

async function removeOutlived(target: BackupTarget, { key, keep }: BackupSettings, now: Date): Promise<string[]> {
  const names = await backupNames(target);
  const expired = outlived(names, keep);
  // A backup that another process is making has no manifest yet.
  const broken = (await brokenNames(target)).filter((name) => now.getTime() - timeOf(name).getTime() > DAY_MS);
  await target.remove(broken.map(dumpFile));
  if (expired.length === 0) return [];
  const filesOf = async (name: string) => (await readManifest(target, name, key)).files.map((file) => file.name);
  const needed = new Set<string>();
  for (const name of names) if (!expired.includes(name)) for (const file of await filesOf(name)) needed.add(file);
  for (const name of expired) {
    const files = await filesOf(name).catch(() => []);
    await target.remove([manifestFile(name), dumpFile(name)]);
    await target.remove(files.filter((file) => !needed.has(file)).map(keptFile));
  }
  return expired;
}

async function filesIn(folder: string): Promise<{ [path: string]: string }> {
  const found: { [path: string]: string } = {};
  for (const path of (await readdir(folder, { recursive: true })).sort()) {
    const full = join(folder, path);
    if ((await stat(full)).isFile()) found[relative(folder, full)] = await readFile(full, 'utf8');
  }
  return found;
}

export function secondsSince(begun: number): number {
  return Math.round((performance.now() - begun) / 10) / 100;
}

async function* counted(source: AsyncIterable<Buffer>, add: (bytes: number) => void): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    add(chunk.length);
    yield chunk;
  }
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
