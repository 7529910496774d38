import { createPrivateKey, createPublicKey, diffieHellman, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { bech32, fromBech32 } from './bech32.ts';

/** A key of the age format. Backups are encrypted with its public half and decrypted with the secret one. */
export interface AgeKey {
  /** `age1…`, the public key. */
  readonly recipient: string;
  readonly publicBytes: Uint8Array;
  /** X25519 key agreement with another public key. */
  agree(other: Uint8Array): Uint8Array;
}

const IDENTITY = 'age-secret-key-';
const RECIPIENT = 'age';
/** The PKCS #8 prefix of the 32 bytes of an X25519 private key. */
const PKCS8 = Buffer.from('302e020100300506032b656e04220420', 'hex');
const LINE = /^AGE-SECRET-KEY-1\w+$/im;

/** A new identity file in the format of `age-keygen`. */
export function newIdentity(now = new Date()): string {
  const { privateKey } = generateKeyPairSync('x25519');
  const secret = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(PKCS8.length);
  const identity = bech32(IDENTITY, secret).toUpperCase();
  return `# created: ${now.toISOString()}\n# public key: ${readIdentity(identity).recipient}\n${identity}\n`;
}

/** @throws Error: the text contains no identity */
export function readIdentity(text: string): AgeKey {
  const bytes = fromBech32(IDENTITY, LINE.exec(text)?.[0] ?? '');
  if (bytes?.length !== 32)
    throw new Error('no line is a key such as AGE-SECRET-KEY-1…: alzette backup key creates one');
  const secret = createPrivateKey({ key: Buffer.concat([PKCS8, bytes]), format: 'der', type: 'pkcs8' });
  return keyOf(secret);
}

/** The public half of a key, to encrypt for its owner. @throws Error: the text is no public key */
export function readRecipient(text: string): Pick<AgeKey, 'recipient' | 'publicBytes'> {
  const publicBytes = fromBech32(RECIPIENT, text);
  if (publicBytes?.length !== 32) throw new Error('it is not a public key such as age1…: a key file names it');
  return { recipient: text, publicBytes };
}

/** A key for one message. */
export function ephemeralKey(): AgeKey {
  return keyOf(generateKeyPairSync('x25519').privateKey);
}

function keyOf(secret: KeyObject): AgeKey {
  const { x } = createPublicKey(secret).export({ format: 'jwk' });
  const publicBytes = Buffer.from(x as string, 'base64url'); // keys of this curve always have one
  return {
    recipient: bech32(RECIPIENT, publicBytes),
    publicBytes,
    agree: (other) => diffieHellman({ privateKey: secret, publicKey: publicKey(other) }),
  };
}

function publicKey(bytes: Uint8Array): KeyObject {
  const x = Buffer.from(bytes).toString('base64url');
  return createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x }, format: 'jwk' });
}
