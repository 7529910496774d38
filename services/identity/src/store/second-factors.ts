import type { Queryable } from '@alzette/kit/database';

export interface Passkey {
  readonly id: string;
  readonly account: string;
  readonly name: string;
  readonly publicKey: Uint8Array<ArrayBuffer>;
  readonly counter: number;
  readonly transports: readonly string[];
  readonly createdAt: Date;
  readonly lastUsedAt?: Date;
}

const SET_TOTP = `
  UPDATE identity.account SET totp_secret = $2, totp_step = NULL, modified_at = now() WHERE id = $1`;
const SELECT_TOTP = 'SELECT totp_secret FROM identity.account WHERE id = $1';
const TAKE_STEP = `
  UPDATE identity.account SET totp_step = $2 WHERE id = $1 AND (totp_step IS NULL OR totp_step < $2)`;
const COLUMNS = 'id, account, name, public_key, counter, transports, created_at, last_used_at';
const SELECT_PASSKEY = `SELECT ${COLUMNS} FROM identity.passkey WHERE id = $1`;
const SELECT_PASSKEYS = `SELECT ${COLUMNS} FROM identity.passkey WHERE account = $1 ORDER BY created_at`;
const INSERT_PASSKEY = `
  INSERT INTO identity.passkey (id, account, name, public_key, counter, transports) VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (id) DO NOTHING`;
const USED = 'UPDATE identity.passkey SET counter = $2, last_used_at = now() WHERE id = $1';
const DELETE_PASSKEYS = 'DELETE FROM identity.passkey WHERE account = $1';
const DELETE_PASSKEY = 'DELETE FROM identity.passkey WHERE account = $1 AND id = $2';

interface PasskeyRow {
  readonly id: string;
  readonly account: string;
  readonly name: string;
  readonly public_key: Uint8Array;
  readonly counter: number;
  readonly transports: string[];
  readonly created_at: Date;
  readonly last_used_at: Date | null;
}

/** @param sealed null removes it */
export async function setTotpSecret(db: Queryable, account: string, sealed: string | null): Promise<void> {
  await db.query({ text: SET_TOTP, values: [account, sealed] });
}

export async function totpSecret(db: Queryable, account: string): Promise<string | undefined> {
  const { rows } = await db.query<{ totp_secret: string | null }>({ text: SELECT_TOTP, values: [account] });
  return rows[0]?.totp_secret ?? undefined;
}

/** Uses a time step of an account. False if a code of it or of a later one was used before. */
export async function takeTotpStep(db: Queryable, account: string, step: number): Promise<boolean> {
  return (await db.query({ text: TAKE_STEP, values: [account, step] })).rowCount === 1;
}

export async function findPasskey(db: Queryable, id: string): Promise<Passkey | undefined> {
  const { rows } = await db.query<PasskeyRow>({ text: SELECT_PASSKEY, values: [id] });
  return rows[0] && toPasskey(rows[0]);
}

export async function passkeysOf(db: Queryable, account: string): Promise<Passkey[]> {
  return (await db.query<PasskeyRow>({ text: SELECT_PASSKEYS, values: [account] })).rows.map(toPasskey);
}

/** False if the key is registered already. */
export async function addPasskey(
  db: Queryable,
  { id, account, name, publicKey, counter, transports }: Omit<Passkey, 'createdAt'>,
): Promise<boolean> {
  const values = [id, account, name, Buffer.from(publicKey), counter, transports];
  return (await db.query({ text: INSERT_PASSKEY, values })).rowCount === 1;
}

export async function markPasskeyUsed(db: Queryable, id: string, counter: number): Promise<void> {
  await db.query({ text: USED, values: [id, counter] });
}

export async function deletePasskey(db: Queryable, account: string, id: string): Promise<boolean> {
  return (await db.query({ text: DELETE_PASSKEY, values: [account, id] })).rowCount === 1;
}

/** False when there were none. */
export async function deletePasskeys(db: Queryable, account: string): Promise<boolean> {
  return (await db.query({ text: DELETE_PASSKEYS, values: [account] })).rowCount > 0;
}

function toPasskey({ public_key, created_at, last_used_at, ...row }: PasskeyRow): Passkey {
  return {
    ...row,
    publicKey: new Uint8Array(public_key),
    createdAt: created_at,
    ...(last_used_at !== null && { lastUsedAt: last_used_at }),
  };
}
