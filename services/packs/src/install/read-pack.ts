import { bodyReader } from '@alzette/kit/bodies';
import { satisfies } from 'semver';
import { type OpenedPack, PackFault, signedComment, signerOf, TESTS } from '../archive/archive.ts';
import { SealedManifest } from '../contract/manifest.ts';
import type { Offer } from '../contract/offer.ts';
import { type ConfigurationDocument, type ConfigurationKind, faultOfDocument } from '../documents/kinds.ts';
import type { Trust } from '../store/pack-rows.ts';
import { type PackTest, readTest } from './pack-tests.ts';

/** A pack whose manifest, names and documents are well formed. */
export interface ReadPack {
  readonly manifest: SealedManifest;
  readonly digest: string;
  /** Before parameters. */
  readonly documents: ReadonlyMap<ConfigurationKind, readonly ConfigurationDocument[]>;
  readonly tests: readonly PackTest[];
  readonly trust: Trust;
}

const readManifest = bodyReader<SealedManifest>(SealedManifest);

/**
 * @param keys minisign public keys that the site trusts
 *
 * @throws PackFault: what is wrong with it
 */
export function readPack(opened: OpenedPack, kinds: readonly ConfigurationKind[], keys: readonly string[]): ReadPack {
  const manifest = checkedManifest(opened.manifest);
  const documents = new Map<ConfigurationKind, ConfigurationDocument[]>(kinds.map((kind) => [kind, []]));
  const tests: PackTest[] = [];
  for (const { folder, name, document } of opened.files) {
    if (folder === TESTS) {
      tests.push(readTest(name, document));
      continue;
    }
    const kind = kinds.find((each) => each.folder === folder);
    if (kind === undefined) {
      const known = [...kinds.map((each) => each.folder), TESTS].join(', ');
      throw new PackFault(`${folder}/${name}: got the kind ${folder}, expected one of ${known}`);
    }
    if (typeof document.id !== 'string' || document.id === '') {
      throw new PackFault(`${folder}/${name}: id: got ${JSON.stringify(document.id) ?? 'nothing'}, expected a name`);
    }
    const before = documents.get(kind) ?? [];
    if (before.some(({ id }) => id === document.id))
      throw new PackFault(`${folder}: two files have the id ${document.id}`);
    before.push(document as ConfigurationDocument);
  }
  for (const [kind, all] of documents) if (all.length === 0) documents.delete(kind);
  if (documents.size === 0) throw new PackFault('the pack has no documents');
  return { manifest, digest: opened.digest, documents, tests, trust: trustOf(opened, manifest, keys) };
}

function checkedManifest(manifest: unknown): SealedManifest {
  try {
    return readManifest(manifest);
  } catch (error) {
    throw new PackFault(`pack.json: ${(error as Error).message}`);
  }
}

function trustOf({ signature, manifestBytes }: OpenedPack, manifest: SealedManifest, keys: readonly string[]): Trust {
  if (signature === undefined) return 'unsigned';
  const signer = signerOf(manifestBytes, signature, keys);
  if (signer === undefined) return 'unsigned';
  if (signer.comment !== signedComment(manifest)) {
    throw new PackFault(`pack.json.minisig: it is signed as ${JSON.stringify(signer.comment)}`);
  }
  return 'trusted';
}

/** @throws PackFault: a document, with its parameters filled in, is not one of its kind */
export function checkDocuments(documents: ReadPack['documents']): void {
  for (const [kind, all] of documents) {
    for (const document of all) {
      const fault = faultOfDocument(kind, document);
      if (fault !== undefined) throw new PackFault(`${kind.folder}/${document.id}: ${fault}`);
    }
  }
}

/**
 * What the pack needs and is not there, in sentences.
 *
 * @param product the version of the product; @param installed versions of packs, by id
 */
export function missingNeeds(
  { requires }: Pick<SealedManifest, 'requires'>,
  product: string,
  installed: ReadonlyMap<string, string>,
): string[] {
  const missing: string[] = [];
  if (!satisfies(product, requires.alzette, { includePrerelease: true })) {
    missing.push(`It needs Alzette ${requires.alzette}; this is ${product}`);
  }
  for (const [id, range] of Object.entries(requires.packs ?? {})) {
    const version = installed.get(id);
    if (version === undefined) missing.push(`It needs the pack ${id} ${range}, which is not installed`);
    else if (!satisfies(version, range)) missing.push(`It needs the pack ${id} ${range}; installed is ${version}`);
  }
  return missing;
}

/** What is told of it before it is installed. */
export function offerOf({ manifest, digest, documents, tests }: Omit<ReadPack, 'trust'>): Offer {
  const { files: _files, format: _format, parameters = {}, ...shown } = manifest;
  return {
    ...shown,
    parameters,
    digest,
    documents: [...documents].map(([kind, all]) => ({ kind: kind.folder, count: all.length })),
    tests: tests.length,
  };
}
