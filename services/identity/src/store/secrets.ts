import { hkdfSync, randomBytes, scryptSync } from 'node:crypto';
import type { Queryable } from '@alzette/kit/database';
import { CompactEncrypt, compactDecrypt } from 'jose';

/** Encrypts values that must not be readable in the database: JWE, A256GCM. */
export interface Secrets {
  /** @param owner what the text belongs to; it can be opened only for the same owner */
  seal(text: string, owner: string): Promise<string>;
  /** @throws Error: another key, another owner, or modified data */
  open(sealed: string, owner: string): Promise<string>;
  /** A key for one purpose, 32 bytes, equal in every process. */
  derive(purpose: string): Buffer;
}

const KEY_BYTES = 32;
const KEEP_KEY = 'INSERT INTO identity.secret_key (key) VALUES ($1) ON CONFLICT (single) DO NOTHING';
const SELECT_KEY = 'SELECT key FROM identity.secret_key';

/**
 * Secrets under a key from outside the database. Without one, a generated key in the database is used: it hides secrets
 * from a reader of one table, but not from one with the whole database. Values sealed before SECRET_KEY was set can
 * still be opened.
 */
export async function openSecrets(db: Queryable, passphrase: string | undefined): Promise<Secrets> {
  if (passphrase === undefined) {
    await db.query({ text: KEEP_KEY, values: [randomBytes(KEY_BYTES).toString('base64')] });
  }
  const { rows } = await db.query<{ key: string }>({ text: SELECT_KEY });
  const kept = rows.map(({ key }) => Buffer.from(key, 'base64'));
  const given = passphrase === undefined ? [] : [scryptSync(passphrase, 'alzette.identity', KEY_BYTES)];
  const [master = Buffer.alloc(0), ...earlier] = [...given, ...kept];
  return secretsUnder(master, earlier);
}

function secretsUnder(master: Buffer, earlier: readonly Buffer[]): Secrets {
  const derive = (purpose: string, from = master) => Buffer.from(hkdfSync('sha256', from, '', purpose, KEY_BYTES));
  const key = derive('seal');
  const keys = [key, ...earlier.map((from) => derive('seal', from))];
  return {
    derive: (purpose) => derive(purpose),
    seal: (text, owner) =>
      new CompactEncrypt(Buffer.from(text)).setProtectedHeader({ alg: 'dir', enc: 'A256GCM', owner }).encrypt(key),
    async open(sealed, owner) {
      const { plaintext, protectedHeader } = await Promise.any(keys.map((each) => compactDecrypt(sealed, each))).catch(
        (cause: unknown) => {
          throw new Error('A secret in the database was encrypted with another SECRET_KEY', { cause });
        },
      );
      if (protectedHeader.owner !== owner)
        throw new Error(`A secret opened for ${owner} was encrypted for another owner`);
      return Buffer.from(plaintext).toString('utf8');
    },
  };
}
