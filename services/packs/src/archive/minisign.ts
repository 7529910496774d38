import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { PackFault } from './pack-fault.ts';

/*
 * Signatures and public keys in the format of minisign (https://jedisct1.github.io/minisign/): whoever has that program
 * checks ours with it, and ours checks its. Only the prehashed algorithm `ED` is accepted. Secret keys are PEM files
 * (PKCS#8), because their minisign form has a password.
 */
const ALGORITHM = 'ED';
const KEY_ALGORITHM = 'Ed';
const ID_BYTES = 8;
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
/** The ASN.1 header of an Ed25519 public key (RFC 8410). */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');
const UNTRUSTED = 'untrusted comment: ';
const TRUSTED = 'trusted comment: ';
const MAX_LINE = 1024;

export interface SigningKeys {
  /** Two lines, as minisign writes them. */
  readonly publicKey: string;
  /** PEM. */
  readonly secretKey: string;
}

export function createSigningKeys(): SigningKeys {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return {
    publicKey: publicText(publicKey.export({ type: 'spki', format: 'der' }).subarray(SPKI.length)),
    secretKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** The id of a key names it; it proves nothing. */
function keyId(raw: Buffer): Buffer {
  return createHash('blake2b512').update(raw).digest().subarray(0, ID_BYTES);
}

function publicText(raw: Buffer): string {
  const id = keyId(raw);
  const line = Buffer.concat([Buffer.from(KEY_ALGORITHM), id, raw]).toString('base64');
  return `${UNTRUSTED}minisign public key ${id.toString('hex').toUpperCase()}\n${line}\n`;
}

/** @param secretKey PEM; @param comment one line that is signed too */
export function signMessage(message: Uint8Array, secretKey: string, comment: string): string {
  const key = createPrivateKey(secretKey);
  const raw = createPublicKey(key).export({ type: 'spki', format: 'der' }).subarray(SPKI.length);
  const signature = sign(null, hashed(message), key);
  const whole = sign(null, Buffer.concat([signature, Buffer.from(comment)]), key);
  const line = Buffer.concat([Buffer.from(ALGORITHM), keyId(raw), signature]).toString('base64');
  return `${UNTRUSTED}signature of Alzette\n${line}\n${TRUSTED}${comment}\n${whole.toString('base64')}\n`;
}

/**
 * Finds the key that made a signature.
 *
 * @param keys public keys: the line in base64, or the file of two lines
 * @param name of the file of the signature, for what is wrong with it
 *
 * @returns the key and the signed comment; undefined: another key made it
 *
 * @throws PackFault: the signature is of another message, or malformed
 */
export function signerOf(
  message: Uint8Array,
  signature: string,
  keys: readonly string[],
  name = 'pack.json.minisig',
): { readonly key: string; readonly comment: string } | undefined {
  const lines = signature.replaceAll('\r', '').replace(/\n$/, '').split('\n');
  const [first = '', line = '', third = '', fourth = ''] = lines;
  if (lines.length !== 4 || lines.some(({ length }) => length > MAX_LINE)) throw malformed(name, 'four lines');
  if (!first.startsWith(UNTRUSTED) || !third.startsWith(TRUSTED)) throw malformed(name, 'two comments');
  const decoded = Buffer.from(line, 'base64');
  if (decoded.length !== 2 + ID_BYTES + SIGNATURE_BYTES) throw malformed(name, 'a signature of 74 bytes');
  const algorithm = decoded.subarray(0, 2).toString('latin1');
  if (algorithm !== ALGORITHM) throw malformed(name, `the algorithm ${ALGORITHM}, not ${JSON.stringify(algorithm)}`);
  const id = decoded.subarray(2, 2 + ID_BYTES);
  const made = decoded.subarray(2 + ID_BYTES);
  const comment = third.slice(TRUSTED.length);
  for (const text of keys) {
    const known = readPublicKey(text);
    if (!known.id.equals(id)) continue;
    const isGood =
      verify(null, hashed(message), known.key, made) &&
      verify(null, Buffer.concat([made, Buffer.from(comment)]), known.key, Buffer.from(fourth, 'base64'));
    if (!isGood) throw new PackFault(`${name}: it is not the signature of this ${name.replace(/\.minisig$/, '')}`);
    return { key: text, comment };
  }
  return undefined;
}

/** @throws PackFault: it is no minisign public key */
export function readPublicKey(text: string) {
  const decoded = Buffer.from(text.trim().split('\n').at(-1) ?? '', 'base64');
  if (decoded.length !== 2 + ID_BYTES + KEY_BYTES || decoded.subarray(0, 2).toString('latin1') !== KEY_ALGORITHM) {
    throw new PackFault(`public key: got ${JSON.stringify(text.slice(0, 80))}, expected a minisign public key`);
  }
  const raw = decoded.subarray(2 + ID_BYTES);
  return {
    id: decoded.subarray(2, 2 + ID_BYTES),
    key: createPublicKey({ key: Buffer.concat([SPKI, raw]), format: 'der', type: 'spki' }),
  };
}

function hashed(message: Uint8Array): Buffer {
  return createHash('blake2b512').update(message).digest();
}

function malformed(name: string, expected: string): PackFault {
  return new PackFault(`${name}: expected ${expected}`);
}
