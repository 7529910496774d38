import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto';
import type { Database } from './database.ts';

/** Encrypts what must not be read in the database (AES-256-GCM). */
export interface Secrets {
  /** @param owner what the text belongs to: it can be opened for the same owner only */
  seal(text: string, owner: string): string;
  /** What isn't sealed comes back as it is. @throws Error: it was sealed by another key or for another owner */
  open(text: string, owner: string): string;
}

// Of characters that may stand in the user information of a URL.
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
 * Secrets under a key from outside the database; without one, under a key that is made once and kept in the database,
 * which hides them from a look at the table and from nobody who has all of it.
 */
export async function openSecrets(db: Database, passphrase: string | undefined): Promise<Secrets> {
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
