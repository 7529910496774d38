import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { type AgeKey, ephemeralKey } from './age-key.ts';

/*
 * The file format of age (age-encryption.org/v1), for one X25519 recipient: `age -d -i backup.key` reads these files.
 * It uses Node's own crypto, because the JavaScript library of the format took 25 times as long.
 */

const INTRO = 'age-encryption.org/v1';
const X25519_INFO = 'age-encryption.org/v1/X25519';
const CHUNK = 64 * 1024;
const TAG = 16;
const NONCE = 16;
const MAX_HEADER = 64 * 1024;
const ZERO_NONCE = Buffer.alloc(12);

/** The encrypted data can't be read: damaged, truncated, or encrypted for another key. */
export class DamagedError extends Error {}

/** Encrypts a stream for the owner of a key. */
export async function* encrypted(
  source: AsyncIterable<Uint8Array>,
  key: Pick<AgeKey, 'publicBytes'>,
): AsyncGenerator<Buffer> {
  const fileKey = randomBytes(16);
  const ephemeral = ephemeralKey();
  const wrapKey = wrapKeyOf(ephemeral.agree(key.publicBytes), ephemeral.publicBytes, key.publicBytes);
  const stanza = `-> X25519 ${base64(ephemeral.publicBytes)}\n${base64(seal(wrapKey, ZERO_NONCE, fileKey))}\n`;
  const header = `${INTRO}\n${stanza}---`;
  const nonce = randomBytes(NONCE);
  yield Buffer.concat([Buffer.from(`${header} ${base64(macOf(fileKey, header))}\n`), nonce]);
  const payloadKey = derived(fileKey, nonce, 'payload');
  let counter = 0;
  for await (const { bytes, isLast } of chunksOf(source, CHUNK)) {
    yield seal(payloadKey, chunkNonce(counter, isLast), bytes);
    counter += 1;
  }
}

/** Decrypts a stream that `encrypted` or age encrypted for a key. @throws DamagedError */
export async function* decrypted(source: AsyncIterable<Uint8Array>, key: AgeKey): AsyncGenerator<Buffer> {
  const { header, rest } = await splitHeader(source);
  let fileKey: Buffer;
  try {
    fileKey = fileKeyOf(header, key);
  } catch (error) {
    await rest.next(); // otherwise a generator that has not started would not close its source
    await rest.return(undefined);
    throw error;
  }
  const payload = chunksOf(rest, CHUNK + TAG, NONCE);
  const first = await payload.next();
  if (first.done || first.value.bytes.length !== NONCE) throw new DamagedError('it ends within its header');
  const payloadKey = derived(fileKey, first.value.bytes, 'payload');
  let counter = 0;
  for await (const { bytes, isLast } of payload) {
    yield open(payloadKey, chunkNonce(counter, isLast), bytes, 'it is damaged or cut off');
    counter += 1;
  }
  if (counter === 0) throw new DamagedError('it is cut off');
}

function fileKeyOf(header: string, key: AgeKey): Buffer {
  const lines = header.split('\n');
  const mac = /^--- ([A-Za-z0-9+/]{43})$/.exec(lines.at(-1) ?? '')?.[1];
  if (lines[0] !== INTRO || mac === undefined) throw new DamagedError('it does not begin like a backup');
  for (const [index, line] of lines.entries()) {
    const share = /^-> X25519 ([A-Za-z0-9+/]{43})$/.exec(line)?.[1];
    if (share === undefined) continue;
    const other = Buffer.from(share, 'base64');
    const wrapKey = wrapKeyOf(key.agree(other), other, key.publicBytes);
    const wrapped = Buffer.from(lines[index + 1] ?? '', 'base64');
    const fileKey = open(wrapKey, ZERO_NONCE, wrapped, `it is encrypted to another key than ${key.recipient}`);
    const expected = macOf(fileKey, `${lines.slice(0, -1).join('\n')}\n---`);
    if (!timingSafeEqual(expected, Buffer.from(mac, 'base64'))) throw new DamagedError('its header is damaged');
    return fileKey;
  }
  throw new DamagedError('it is not encrypted with a key of this kind');
}

/** The header without its last line end, and the bytes after it. */
async function splitHeader(source: AsyncIterable<Uint8Array>) {
  const iterator = source[Symbol.asyncIterator]();
  try {
    let held = Buffer.alloc(0);
    for (;;) {
      const next = await iterator.next();
      if (next.done) throw new DamagedError(held.length === 0 ? 'it is empty' : 'it ends within its header');
      held = Buffer.concat([held, next.value]);
      const begin = held.indexOf('\n--- ');
      const end = begin === -1 ? -1 : held.indexOf('\n', begin + 1);
      if (end !== -1) {
        const behind = held.subarray(end + 1);
        return { header: held.toString('latin1', 0, end), rest: continued(behind, iterator) };
      }
      if (held.length > MAX_HEADER) throw new DamagedError('it does not begin like a backup');
    }
  } catch (error) {
    await iterator.return?.();
    throw error;
  }
}

async function* continued(first: Uint8Array, iterator: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  try {
    yield first;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  } finally {
    await iterator.return?.();
  }
}

/**
 * Regroups a stream into chunks of one size, the last of which may be shorter. With `before`, the first chunk has that
 * many bytes.
 */
async function* chunksOf(source: AsyncIterable<Uint8Array>, size: number, before = 0) {
  let held: Uint8Array[] = [];
  let length = 0;
  let want = before || size;
  for await (const piece of source) {
    held.push(piece);
    length += piece.length;
    // Waits for more than one chunk: only a following byte shows that a chunk is not the last.
    while (length > want) {
      const all = joined(held);
      yield { bytes: all.subarray(0, want), isLast: false };
      held = [all.subarray(want)];
      length -= want;
      want = size;
    }
  }
  yield { bytes: joined(held), isLast: true };
}

/** Does not copy a single piece. */
function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const [first, ...others] = pieces;
  return first !== undefined && others.length === 0 ? first : Buffer.concat(pieces);
}

function wrapKeyOf(shared: Uint8Array, share: Uint8Array, recipient: Uint8Array): Buffer {
  return derived(shared, Buffer.concat([share, recipient]), X25519_INFO);
}

function derived(secret: Uint8Array, salt: Uint8Array, info: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, salt, info, 32));
}

function macOf(fileKey: Uint8Array, header: string): Buffer {
  return createHmac('sha256', derived(fileKey, Buffer.alloc(0), 'header'))
    .update(header)
    .digest();
}

function chunkNonce(counter: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(counter, 5, 6);
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}

function seal(key: Uint8Array, nonce: Uint8Array, bytes: Uint8Array): Buffer {
  const cipher = createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: TAG });
  return Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
}

/** @throws DamagedError with this meaning */
function open(key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array, meaning: string): Buffer {
  if (sealed.length < TAG) throw new DamagedError(meaning);
  const decipher = createDecipheriv('chacha20-poly1305', key, nonce, { authTagLength: TAG });
  decipher.setAuthTag(sealed.subarray(-TAG));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, -TAG)), decipher.final()]);
  } catch (cause) {
    throw new DamagedError(meaning, { cause });
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '');
}
