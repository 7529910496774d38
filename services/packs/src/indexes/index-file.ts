import { createHash } from 'node:crypto';
import { bodyReader } from '@alzette/kit/bodies';
import { object, Type, type Value } from '@alzette/kit/contract';
import { compare } from 'semver';
import { PackFault, signerOf, signMessage } from '../archive/archive.ts';
import { OFFER } from '../contract/offer.ts';

/** Beside the archives that it lists, on any web server. */
export const INDEX = 'index.json';
export const INDEX_SIGNATURE = `${INDEX}.minisig`;

/** A version of a pack in an index. */
const Entry = object({
  ...OFFER,
  file: Type.String({ pattern: '^[a-z][a-z0-9-]*-[0-9A-Za-z.-]{1,80}\\.zip$', description: 'beside the index' }),
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  bytes: Type.Integer({ minimum: 1 }),
});

/** `index.json`: what a site publishes. */
const PackIndex = object({
  format: Type.Literal(1),
  title: Type.String({ minLength: 1, maxLength: 120 }),
  made: Type.String({ format: 'date-time' }),
  expires: Type.String({ format: 'date-time', description: 'an older index is refused, so nobody can withhold news' }),
  packs: Type.Array(Entry, { maxItems: 2000 }),
});

export type Entry = Value<typeof Entry>;
export type PackIndex = Value<typeof PackIndex>;

const readBody = bodyReader<PackIndex>(PackIndex);

/** What is signed beside an index. It is not that of a pack, so neither can be taken for the other. */
function comment({ made }: Pick<PackIndex, 'made'>): string {
  return `index ${made}`;
}

/** The two files of an index. @param secretKey PEM */
export function buildIndex(
  index: PackIndex,
  secretKey: string,
): { readonly content: string; readonly signature: string } {
  const packs = index.packs.toSorted((a, b) => a.id.localeCompare(b.id) || compare(a.version, b.version));
  const content = `${JSON.stringify({ ...index, packs }, null, 1)}\n`;
  return { content, signature: signMessage(Buffer.from(content), secretKey, comment(index)) };
}

/**
 * @param keys minisign public keys that the site trusts; one of them must have signed it
 *
 * @throws PackFault: what is wrong with it
 */
export function readIndex(content: Uint8Array, signature: string, keys: readonly string[], now: Date): PackIndex {
  const signer = signerOf(content, signature, keys, INDEX_SIGNATURE);
  if (signer === undefined) throw new PackFault(`${INDEX}: no key of PACK_KEYS has signed it`);
  const index = parsed(content);
  if (signer.comment !== comment(index)) {
    throw new PackFault(`${INDEX_SIGNATURE}: it is signed as ${JSON.stringify(signer.comment)}`);
  }
  if (new Date(index.expires) <= now) throw new PackFault(`${INDEX}: it has expired on ${index.expires}`);
  return index;
}

/** @throws PackFault: the archive is another one than its entry in the index says */
export function checkArchive({ file, sha256, bytes }: Entry, archive: Uint8Array): void {
  const got = createHash('sha256').update(archive).digest('hex');
  if (archive.length !== bytes || got !== sha256) {
    throw new PackFault(`${file}: it is not the archive that the index names`);
  }
}

function parsed(content: Uint8Array): PackIndex {
  try {
    return readBody(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content)));
  } catch (error) {
    throw new PackFault(`${INDEX}: ${(error as Error).message}`);
  }
}
