import { promisify } from 'node:util';
import { constants, gunzip, gzip } from 'node:zlib';
import { digestOf } from '../archive/digest.ts';
import type { Numbers } from './row-statements.ts';
import { ArchiveError, TAR_END, tarEntries, tarEntry } from './tar.ts';

/*
 * An archive is a tar of `archive.json`, parts of tables (NDJSON, gzip), files, and at its end `manifest.json` with the
 * SHA-256 of each. Without it the archive is incomplete. docs/leaving.md describes the format.
 */

export const FORMAT = 1;
const HEAD = 'archive.json';
const MANIFEST = 'manifest.json';
/** Of the rows in a part, before it is compressed. One row may make it larger. */
const PART_BYTES = 4 * 1024 * 1024;
const MAX_PART_BYTES = 128 * 1024 * 1024;
const PART = /^tables\/([a-z_.]+)\/\d{6}\.ndjson\.gz$/;
const FILE = /^files\/([A-Za-z0-9_-]{1,64})$/;
const pack = promisify(gzip);
const unpack = promisify(gunzip);

/** What an archive says of itself at its beginning. */
export interface ArchiveHead {
  readonly format: number;
  /** The version of the product that made it. */
  readonly product: string;
  /** '' is the default tenant. */
  readonly tenant: string;
  readonly createdAt: string;
  /** Whether passwords, keys and addresses that are encrypted in the database are in it, in the clear. */
  readonly hasSecrets: boolean;
  readonly numbers: Numbers;
}

interface Part {
  readonly name: string;
  readonly bytes: number;
  /** SHA-256 in hexadecimal. */
  readonly sha256: string;
}

interface ArchivedTable {
  readonly table: string;
  readonly rows: number;
  readonly columns: readonly string[];
}

export interface ArchiveManifest extends ArchiveHead {
  readonly tables: readonly ArchivedTable[];
  readonly files: number;
  readonly parts: readonly Part[];
  /** What is of the tenant and not in the archive, with the reason. */
  readonly leftOut: readonly { readonly what: string; readonly rows: number; readonly reason: string }[];
}

/** A part of a table, or a file. */
export type Content =
  | { readonly kind: 'rows'; readonly table: string; readonly rows: readonly string[] }
  | { readonly kind: 'file'; readonly id: string; readonly bytes: Buffer };

/** Writes an archive piece by piece. */
export class ArchiveWriter {
  readonly #head: ArchiveHead;
  readonly #at: Date;
  readonly #parts: Part[] = [];
  readonly #tables: { table: string; rows: number; columns: readonly string[] }[] = [];
  #partsOfTable = 0;
  #files = 0;
  #rows: string[] = [];
  #bytes = 0;

  constructor(head: ArchiveHead) {
    this.#head = head;
    this.#at = new Date(head.createdAt);
  }

  begin(): Buffer {
    return tarEntry(HEAD, Buffer.from(`${JSON.stringify(this.#head, undefined, 2)}\n`), this.#at);
  }

  table(table: string, columns: readonly string[]): void {
    this.#tables.push({ table, rows: 0, columns });
    this.#partsOfTable = 0;
  }

  /** A row of the table named last. @returns a part as soon as there are enough rows for one */
  async row(row: string): Promise<Buffer | undefined> {
    this.#rows.push(row);
    this.#bytes += Buffer.byteLength(row) + 1;
    return this.#bytes < PART_BYTES ? undefined : this.endOfTable();
  }

  /** @returns what is left of the table; undefined: nothing */
  async endOfTable(): Promise<Buffer | undefined> {
    const table = this.#tables.at(-1);
    if (table === undefined || this.#rows.length === 0) return undefined;
    const bytes = await pack(`${this.#rows.join('\n')}\n`, { level: constants.Z_BEST_SPEED });
    table.rows += this.#rows.length;
    this.#partsOfTable += 1;
    this.#rows = [];
    this.#bytes = 0;
    return this.#part(`tables/${table.table}/${String(this.#partsOfTable).padStart(6, '0')}.ndjson.gz`, bytes);
  }

  file(id: string, bytes: Buffer): Buffer {
    this.#files += 1;
    return this.#part(`files/${id}`, bytes);
  }

  end(leftOut: ArchiveManifest['leftOut']): { readonly bytes: Buffer; readonly manifest: ArchiveManifest } {
    const manifest = { ...this.#head, tables: this.#tables, files: this.#files, parts: this.#parts, leftOut };
    const entry = tarEntry(MANIFEST, Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`), this.#at);
    return { bytes: Buffer.concat([entry, TAR_END]), manifest };
  }

  #part(name: string, bytes: Buffer): Buffer {
    this.#parts.push({ name, bytes: bytes.length, sha256: digestOf(bytes) });
    return tarEntry(name, bytes, this.#at);
  }
}

/**
 * Reads the whole archive and compares each part with the manifest, before anything is done with it.
 *
 * @throws ArchiveError: damaged, changed, incomplete, or of a later format
 */
export async function checkedManifest(source: AsyncIterable<Uint8Array>): Promise<ArchiveManifest> {
  const found = new Map<string, string>();
  let head: ArchiveHead | undefined;
  let manifest: ArchiveManifest | undefined;
  for await (const { name, bytes } of tarEntries(source)) {
    if (manifest !== undefined) throw new ArchiveError(`entry ${name} follows ${MANIFEST}, expected the end`);
    if (head === undefined) head = readHead(name, bytes);
    else if (name === MANIFEST) manifest = parsed(name, bytes) as ArchiveManifest;
    else if (found.has(name)) throw new ArchiveError(`entry ${name} is there twice`);
    else if (!PART.test(name) && !FILE.test(name)) throw new ArchiveError(`entry ${name} is none of this format`);
    else found.set(name, digestOf(bytes));
  }
  if (head === undefined || manifest === undefined) throw new ArchiveError(`it is incomplete: there is no ${MANIFEST}`);
  if (
    manifest.format !== head.format ||
    manifest.tenant !== head.tenant ||
    !Array.isArray(manifest.parts) ||
    !Array.isArray(manifest.tables)
  ) {
    throw new ArchiveError(`${MANIFEST} differs from ${HEAD}`);
  }
  for (const { name, sha256 } of manifest.parts) {
    const digest = found.get(name);
    if (digest === undefined) throw new ArchiveError(`${name} is missing`);
    if (digest !== sha256) throw new ArchiveError(`${name} was changed: its SHA-256 is not that of ${MANIFEST}`);
    found.delete(name);
  }
  for (const name of found.keys()) throw new ArchiveError(`${name} is not in ${MANIFEST}`);
  return manifest;
}

/** What an archive says of itself, of which nothing else is read or checked. @throws ArchiveError */
export async function archiveHead(source: AsyncIterable<Uint8Array>): Promise<ArchiveHead> {
  for await (const { name, bytes } of tarEntries(source)) return readHead(name, bytes);
  throw new ArchiveError('it is empty');
}

/** The parts of an archive whose manifest was checked, in order. @throws ArchiveError */
export async function* contentsOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<Content> {
  for await (const { name, bytes } of tarEntries(source)) {
    const table = PART.exec(name)?.[1];
    const id = FILE.exec(name)?.[1];
    if (id !== undefined) yield { kind: 'file', id, bytes };
    if (table === undefined) continue;
    const text = await unpack(bytes, { maxOutputLength: MAX_PART_BYTES }).catch((cause: unknown) => {
      throw new ArchiveError(`${name} can't be unpacked, or has more than ${MAX_PART_BYTES} bytes`, { cause });
    });
    yield { kind: 'rows', table, rows: text.toString('utf8').split('\n').slice(0, -1) };
  }
}

function readHead(name: string, bytes: Buffer): ArchiveHead {
  const head = name === HEAD ? (parsed(name, bytes) as Partial<ArchiveHead> | null) : null;
  if (typeof head?.format !== 'number') throw new ArchiveError(`it does not begin with ${HEAD}`);
  if (head.format !== FORMAT) {
    throw new ArchiveError(
      `format: got ${head.format}, expected ${FORMAT}: version ${String(head.product)} of the product made it, so import it there`,
    );
  }
  const { product, tenant, createdAt, hasSecrets, numbers } = head;
  const isComplete =
    typeof product === 'string' && typeof tenant === 'string' && typeof createdAt === 'string' && isNumbers(numbers);
  if (!isComplete || typeof hasSecrets !== 'boolean') throw new ArchiveError(`${HEAD}: a member is missing`);
  return head as ArchiveHead; // its members were checked
}

/** They become part of SQL statements. */
function isNumbers(value: unknown): value is Numbers {
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).every(({ min, max }) => /^-?\d{1,18}$/.test(min) && /^-?\d{1,18}$/.test(max));
}

function parsed(name: string, bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new ArchiveError(`${name} is not JSON`, { cause });
  }
}
