import { download } from '@alzette/kit/download';
import { missing, Problem } from '@alzette/kit/problems';
import type { Outgoing } from '@alzette/kit/service';
import { rcompare, satisfies } from 'semver';
import { MAX_ARCHIVE_BYTES, PackFault } from '../archive/archive.ts';
import { checkArchive, type Entry, INDEX_SIGNATURE, type PackIndex, readIndex } from './index-file.ts';

const INDEX_LIMITS = { maxBytes: 4 * 1024 * 1024, withinMs: 10_000 };
const SIGNATURE_LIMITS = { maxBytes: 8 * 1024, withinMs: 10_000 };
const ARCHIVE_LIMITS = { maxBytes: MAX_ARCHIVE_BYTES, withinMs: 30_000 };

export interface IndexParts {
  /** URLs of `index.json`, in the order of preference. */
  readonly indexes: readonly string[];
  /** Minisign public keys. */
  readonly keys: readonly string[];
  /** The version of the product. */
  readonly version: string;
  readonly outgoing: Outgoing;
}

export type ReadIndex = { readonly url: string } & ({ readonly index: PackIndex } | { readonly fault: string });

/** An index that can't be read, or that nobody trusted has signed, does not affect others. */
export async function readIndexes({ indexes, keys, outgoing }: IndexParts): Promise<ReadIndex[]> {
  const read = async (url: string): Promise<ReadIndex> => {
    try {
      const [content, signature] = await Promise.all([
        download(outgoing, url, INDEX_LIMITS),
        download(outgoing, new URL(INDEX_SIGNATURE, url).href, SIGNATURE_LIMITS),
      ]);
      return { url, index: readIndex(content, signature.toString('utf8'), keys, new Date()) };
    } catch (error) {
      return { url, fault: error instanceof Error ? error.message : String(error) };
    }
  };
  return Promise.all(indexes.map(read));
}

export interface Offered {
  /** The newest that this product can install; else the newest. */
  readonly entry: Entry;
  /** Newest first. */
  readonly versions: readonly string[];
}

/** One of each pack. @param q words, all of which it must have in its name or description, in any language */
export function offered({ packs }: PackIndex, product: string, q = ''): Offered[] {
  const words = folded(q).split(/\s+/).filter(Boolean);
  const byId = Map.groupBy(
    packs.filter((entry) => {
      const text = folded(textOf(entry));
      return words.every((word) => text.includes(word));
    }),
    ({ id }) => id,
  );
  return [...byId.values()].flatMap((entries) => {
    const sorted = entries.toSorted((a, b) => rcompare(a.version, b.version));
    const entry = sorted.find((each) => fits(each, product)) ?? sorted[0];
    return entry === undefined ? [] : [{ entry, versions: sorted.map(({ version }) => version) }];
  });
}

/**
 * Downloads an archive from the first index that has it.
 *
 * @param wanted a version; absent: the newest that this product can install
 *
 * @throws Problem 404: no index has it; 502: the index or the archive can't be read, or is not what was signed
 */
export async function downloadPack(parts: IndexParts, id: string, wanted?: string) {
  const faults: string[] = [];
  for (const read of await readIndexes(parts)) {
    if ('fault' in read) {
      faults.push(`${read.url}: ${read.fault}`);
      continue;
    }
    const own = read.index.packs.filter((entry) => entry.id === id).toSorted((a, b) => rcompare(a.version, b.version));
    const entry = own.find((each) => (wanted === undefined ? fits(each, parts.version) : each.version === wanted));
    if (entry === undefined) continue;
    const archive = await download(parts.outgoing, new URL(entry.file, read.url).href, ARCHIVE_LIMITS).catch(
      (error: Error) => {
        throw badIndex(error.message);
      },
    );
    try {
      checkArchive(entry, archive);
    } catch (error) {
      throw error instanceof PackFault ? badIndex(`${read.url}: ${error.message}`) : error;
    }
    return { entry, archive };
  }
  if (faults.length > 0) throw badIndex(faults.join('; '));
  throw missing('pack', wanted === undefined ? id : `${id} ${wanted}`);
}

export function badIndex(why: string): Problem {
  return new Problem(502, 'The index can’t be used', why);
}

function fits({ requires }: Entry, product: string): boolean {
  return satisfies(product, requires.alzette, { includePrerelease: true });
}

function textOf({ id, title, description, authors, documents }: Entry): string {
  const kinds = documents.map(({ kind }) => kind);
  return [id, ...Object.values(title), ...Object.values(description), ...authors, ...kinds].join(' ');
}

function folded(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
