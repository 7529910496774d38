import { createHash } from 'node:crypto';
import { zipSync } from 'fflate';
import { parse, stringify } from 'yaml';
import type { Manifest, SealedManifest } from '../contract/manifest.ts';
import { signMessage } from './minisign.ts';
import { PackFault } from './pack-fault.ts';
import { MANIFEST, SIGNATURE, unpack } from './unpack.ts';

export { createSigningKeys, readPublicKey, signerOf, signMessage } from './minisign.ts';
export { PackFault } from './pack-fault.ts';
export { MANIFEST, MAX_ARCHIVE_BYTES } from './unpack.ts';

/** Tests of a pack, beside the folders of its documents. */
export const TESTS = 'tests';

/** A document of a pack. */
export interface PackFile {
  /** Its kind. */
  readonly folder: string;
  /** Without its folder. */
  readonly name: string;
  readonly document: { readonly id?: unknown; readonly [member: string]: unknown };
}

/** What an archive contains. Nothing of it is validated but the hashes of its files. */
export interface OpenedPack {
  /** The manifest as read: unchecked JSON. */
  readonly manifest: unknown;
  readonly manifestBytes: Uint8Array;
  /** SHA-256 of the manifest. */
  readonly digest: string;
  readonly signature?: string;
  readonly files: readonly PackFile[];
}

/** Files get one time, so that the same content gives the same archive. */
const TIME = new Date(1980, 0, 1);

/** @throws PackFault */
export function openArchive(zip: Uint8Array): OpenedPack {
  const files = unpack(zip);
  const manifestBytes = files.get(MANIFEST);
  if (manifestBytes === undefined) throw new PackFault(`${MANIFEST}: it is missing`);
  const manifest = readJson(manifestBytes);
  const hashes = (manifest as { files?: unknown } | null)?.files;
  if (typeof hashes !== 'object' || hashes === null) throw new PackFault(`${MANIFEST}: files: expected their hashes`);
  const expected = new Map(Object.entries(hashes as SealedManifest['files']));
  const documents: PackFile[] = [];
  for (const [path, content] of files) {
    if (path === MANIFEST || path === SIGNATURE) continue;
    if (expected.get(path)?.sha256 !== sha256(content)) {
      throw new PackFault(`${path}: its content is not the one that ${MANIFEST} names`);
    }
    expected.delete(path);
    const [folder, name] = path.split('/');
    if (folder !== undefined && name !== undefined) documents.push(readPackFile(folder, name, text(path, content)));
  }
  const [absent] = expected.keys();
  if (absent !== undefined) throw new PackFault(`${absent}: ${MANIFEST} names it, but it is missing`);
  const signature = files.get(SIGNATURE);
  return {
    manifest,
    manifestBytes,
    digest: sha256(manifestBytes),
    files: documents,
    ...(signature && { signature: text(SIGNATURE, signature) }),
  };
}

/** @throws PackFault: no YAML of one object */
export function readPackFile(folder: string, name: string, content: string): PackFile {
  let document: unknown;
  try {
    // An alias can make a short text grow without limit.
    document = parse(content, { maxAliasCount: 0 });
  } catch (error) {
    throw new PackFault(`${folder}/${name}: ${(error as Error).message}`);
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw new PackFault(`${folder}/${name}: expected an object`);
  }
  return { folder, name, document: document as PackFile['document'] };
}

/**
 * An archive: the same content always gives the same bytes.
 *
 * @param texts other files at its top, such as README.md
 * @param secretKey PEM; absent: it is not signed
 */
export function buildArchive(
  manifest: Manifest,
  files: readonly PackFile[],
  { texts = {}, secretKey }: { readonly texts?: { readonly [name: string]: string }; readonly secretKey?: string } = {},
): Uint8Array {
  const contents: [string, Buffer][] = [
    ...Object.entries(texts).map(([name, content]): [string, Buffer] => [name, Buffer.from(content)]),
    ...files.map(({ folder, name, document }): [string, Buffer] => [
      `${folder}/${name}`,
      Buffer.from(stringify(document, { aliasDuplicateObjects: false })),
    ]),
  ];
  contents.sort(([a], [b]) => (a < b ? -1 : 1));
  const hashes = Object.fromEntries(
    contents.map(([path, content]) => [path, { sha256: sha256(content), bytes: content.length }]),
  );
  const sealed = Buffer.from(`${JSON.stringify({ ...manifest, files: hashes }, null, 2)}\n`);
  const signature = secretKey && signMessage(sealed, secretKey, signedComment(manifest));
  const all: [string, Uint8Array][] = [
    [MANIFEST, sealed],
    ...(signature ? [[SIGNATURE, Buffer.from(signature)] satisfies [string, Buffer]] : []),
    ...contents,
  ];
  return zipSync(Object.fromEntries(all), { level: 6, mtime: TIME });
}

/** The same archive with a signature, e.g. of one that was made of documents in use. @throws PackFault: it is no pack */
export function signArchive(zip: Uint8Array, secretKey: string): Uint8Array {
  const { manifest, manifestBytes } = openArchive(zip);
  const files = unpack(zip);
  files.delete(MANIFEST);
  files.delete(SIGNATURE);
  const signature = signMessage(manifestBytes, secretKey, signedComment(manifest as Manifest));
  return zipSync(Object.fromEntries([[MANIFEST, manifestBytes], [SIGNATURE, Buffer.from(signature)], ...files]), {
    level: 6,
    mtime: TIME,
  });
}

/** What is signed beside the manifest, so that a signature says what it is for. */
export function signedComment({ id, version }: Pick<Manifest, 'id' | 'version'>): string {
  return `pack ${id} ${version}`;
}

function readJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(text(MANIFEST, bytes));
  } catch (error) {
    throw new PackFault(`${MANIFEST}: ${(error as Error).message}`);
  }
}

function text(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new PackFault(`${path}: expected UTF-8`);
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
