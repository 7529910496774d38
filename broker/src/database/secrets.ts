import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto';
import type { Queryable } from './database.ts';

/** Encrypts texts for storage in the database (AES-256-GCM). */
export interface Secrets {
  /** @param owner what the text belongs to: it can only be decrypted for the same owner */
  seal(text: string, owner: string): string;
  /**
   * A text that is not encrypted is returned as it is. @throws Error: it was encrypted with another key or for another
   * owner
   */
  open(text: string, owner: string): string;
}

// Only characters that are allowed in the user information of a URL.
const PREFIX = 'sealed.v1.';
const IV_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

const KEEP_KEY = 'INSERT INTO secret_key (key) VALUES ($1) ON CONFLICT (single) DO NOTHING';
const SELECT_KEY = 'SELECT key FROM secret_key';

export function isSealed(text: string): boolean {
  return text.startsWith(PREFIX);
}

/**
 * Uses a key from outside the database. Without one, a key is created once and stored in the database: that hides
 * secrets from a look at a table, but not from someone who has the whole database.
 */
export async function openSecrets(db: Queryable, passphrase: string | undefined): Promise<Secrets> {
  if (passphrase !== undefined) return secretsUnder(scryptSync(passphrase, 'alzette.secrets', KEY_BYTES));
  await db.query({ text: KEEP_KEY, values: [randomBytes(KEY_BYTES).toString('base64')] });
  const { rows } = await db.query<{ key: string }>({ text: SELECT_KEY });
  return secretsUnder(Buffer.from(rows[0]?.key ?? '', 'base64'));
}

export function secretsUnder(key: Buffer): Secrets {
  return {
    seal(text, owner) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(owner));
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return PREFIX + Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url');
    },
    open(text, owner) {
      if (!isSealed(text)) return text;
      const bytes = Buffer.from(text.slice(PREFIX.length), 'base64url');
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
      decipher.setAAD(Buffer.from(owner)).setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
      return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
    },
  };
}
