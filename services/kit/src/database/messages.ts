import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Queryable } from './database.ts';

/*
 * Messages between processes by NOTIFY. Every role of a database may NOTIFY and LISTEN, also those that may only read
 * views. So messages are sent by the SQL function `send_message`, which authenticates them with a key in a table that no
 * other role can read, and data of tenants in them are encrypted.
 */

/** PostgreSQL's limit for a payload is 8,000 bytes; this much is left of it for text that is encrypted. */
export const LONGEST_MESSAGE = 5_700;

const SELECT_KEY = 'SELECT key FROM message_key';
const MAX_NAME = 55;
const PARTS = /^([0-9a-f-]{36}) ([0-9a-f]{64}) /;
const MAX_REMEMBERED = 10_000;
const SEALED = 'aes.';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** The name by which PostgreSQL knows a channel. */
export function channelOf(name: string): string {
  return `${name.slice(0, MAX_NAME)}.sealed`;
}

const keys = new WeakMap<object, Promise<Buffer>>();

/**
 * The key of the messages of a database; read once.
 *
 * @param by what reads it, if that is a transaction
 */
export function messageKey(db: Queryable, by: Queryable = db): Promise<Buffer> {
  let key = keys.get(db);
  if (key === undefined) {
    key = readKey(by);
    keys.set(db, key);
    key.catch(() => keys.delete(db));
  }
  return key;
}

async function readKey(db: Queryable): Promise<Buffer> {
  const { rows } = await db.query<{ key: Buffer }>({ text: SELECT_KEY });
  return Buffer.from(rows[0]?.key ?? '');
}

/**
 * Encrypts a text of at most `LONGEST_MESSAGE` bytes for `send_message` (AES-256-GCM).
 *
 * @param tx the transaction in which it is sent, if it is
 */
export async function sealed(db: Queryable, text: string, tx: Queryable = db): Promise<string> {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', encryptionKey(await messageKey(db, tx)), iv);
  const bytes = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return SEALED + Buffer.concat([iv, cipher.getAuthTag(), bytes]).toString('base64');
}

/** Reads what processes with the same key have sent. What others send, or send again, is undefined. */
export class MessageReader {
  readonly #key: Buffer;
  /** Of the latest messages, oldest first. */
  readonly #read = new Set<string>();

  constructor(key: Buffer) {
    this.#key = key;
  }

  /** @param name of the channel, as its sender calls it */
  read(name: string, message: string): string | undefined {
    const [head, id = '', given = ''] = PARTS.exec(message) ?? [];
    if (head === undefined) return undefined;
    const payload = message.slice(head.length);
    const expected = createHmac('sha256', this.#key).update(`${name} ${id} ${payload}`).digest();
    if (!timingSafeEqual(expected, Buffer.from(given, 'hex')) || this.#isKnown(`${name} ${id}`)) return undefined;
    return payload.startsWith(SEALED) ? this.#opened(payload.slice(SEALED.length)) : payload;
  }

  #isKnown(id: string): boolean {
    if (this.#read.has(id)) return true;
    this.#read.add(id);
    if (this.#read.size > MAX_REMEMBERED) this.#read.delete(this.#read.values().next().value ?? '');
    return false;
  }

  #opened(text: string): string {
    const bytes = Buffer.from(text, 'base64');
    const key = encryptionKey(this.#key);
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
  }
}

function encryptionKey(key: Buffer): Buffer {
  return createHmac('sha256', key).update('alzette.messages').digest();
}
