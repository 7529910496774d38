import { text } from 'node:stream/consumers';
import { DamagedError, decrypted, encrypted } from '../age/age-file.ts';
import type { AgeKey } from '../age/age-key.ts';
import type { DatabaseFacts } from '../databases/dump-database.ts';
import type { BackupTarget } from '../targets/target.ts';

/** The contents of a backup. It is written last; without it a backup is incomplete. */
export interface Manifest {
  readonly format: 1;
  /** Such as `2026-11-28T023000Z`. */
  readonly name: string;
  /** The version of the product that made it. */
  readonly product: string;
  readonly startedAt: string;
  readonly seconds: number;
  readonly database: Omit<DatabaseFacts, 'files'>;
  /** Size of the encrypted dump. */
  readonly dumpBytes: number;
  readonly files: readonly KeptFile[];
  /** Settings by name, including secrets. */
  readonly settings: { readonly [name: string]: string };
  /** Contents of the folder that describes the territory, by path. */
  readonly territory: { readonly [path: string]: string };
}

export interface KeptFile {
  readonly name: string;
  readonly bytes: number;
  /** SHA-256 in hexadecimal. */
  readonly digest: string;
}

const MANIFEST = /^(\d{4}-\d\d-\d\dT\d{6}Z)\.manifest\.age$/;
const ANY = /^(\d{4}-\d\d-\d\dT\d{6}Z)\.(?:manifest|database)\.age$/;

export const manifestFile = (name: string) => `${name}.manifest.age`;
export const dumpFile = (name: string) => `${name}.database.age`;
export const keptFile = (name: string) => `files/${name}.age`;

/** @param at the start of the backup, to the second */
export function backupName(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace(/:/g, '')}Z`;
}

/** @throws Error: not the name of a backup */
export function timeOf(name: string): Date {
  const [, day, hour, minute, second] = /^(\d{4}-\d\d-\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(name) ?? [];
  if (second === undefined) throw new Error(`got ${name}, expected the name of a backup such as 2026-11-28T023000Z`);
  return new Date(`${day}T${hour}:${minute}:${second}Z`);
}

/** The names of complete backups, oldest first. */
export async function backupNames(target: BackupTarget): Promise<string[]> {
  return (await target.list()).flatMap((file) => MANIFEST.exec(file)?.[1] ?? []).sort();
}

/** The names of dumps without a manifest. */
export async function brokenNames(target: BackupTarget): Promise<string[]> {
  const files = await target.list();
  const names = new Set(files.flatMap((file) => ANY.exec(file)?.[1] ?? []));
  return [...names].filter((name) => !files.includes(manifestFile(name)));
}

export async function writeManifest(target: BackupTarget, manifest: Manifest, key: AgeKey): Promise<void> {
  await target.write(manifestFile(manifest.name), encrypted(once(JSON.stringify(manifest)), key));
}

/** @throws Error: there is no such backup; DamagedError: it can't be read */
export async function readManifest(target: BackupTarget, name: string, key: AgeKey): Promise<Manifest> {
  const source = await target.read(manifestFile(name));
  if (source === undefined) throw new Error(`there is no backup ${name}`);
  try {
    const manifest = JSON.parse(await text(decrypted(source, key))) as Manifest;
    if (manifest.format !== 1) throw new Error(`backup ${name} has a format that this version does not support`);
    return manifest;
  } catch (error) {
    throw error instanceof DamagedError ? new DamagedError(`${manifestFile(name)}: ${error.message}`) : error;
  }
}

async function* once(said: string): AsyncGenerator<Buffer> {
  yield Buffer.from(said);
}
