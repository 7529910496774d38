import type { Queryable } from '@alzette/kit/database';

/** The progress of the sign-in of an interaction. */
export interface SignIn {
  /** The account whose password was right, or that an external provider named. */
  readonly account?: string;
  /** Factors shown so far (RFC 8176): `pwd`, `otp`, `hwk`, `fed`. */
  readonly amr: readonly string[];
  /** The challenge of a passkey. */
  readonly challenge?: string;
  /** Sealed. */
  readonly secret?: string;
}

const GOOD_FOR_MINUTES = 20;
const UPSERT = `
  INSERT INTO identity.sign_in (interaction, account, amr, challenge, secret, expires_at)
  VALUES ($1, $2, $3, $4, $5, now() + interval '${GOOD_FOR_MINUTES} minutes')
  ON CONFLICT (interaction) DO UPDATE SET account = excluded.account, amr = excluded.amr,
    challenge = excluded.challenge, secret = excluded.secret, expires_at = excluded.expires_at`;
const SELECT = `
  SELECT account, amr, challenge, secret FROM identity.sign_in WHERE interaction = $1 AND expires_at > now()`;
const TAKE = `
  DELETE FROM identity.sign_in WHERE interaction = $1 AND expires_at > now() RETURNING account, amr, challenge, secret`;
const DELETE_EXPIRED = 'DELETE FROM identity.sign_in WHERE expires_at < now()';

interface SignInRow {
  readonly account: string | null;
  readonly amr: string[];
  readonly challenge: string | null;
  readonly secret: string | null;
}

export async function saveSignIn(db: Queryable, interaction: string, signIn: SignIn): Promise<void> {
  const { account, amr, challenge, secret } = signIn;
  await db.query({ text: UPSERT, values: [interaction, account ?? null, amr, challenge ?? null, secret ?? null] });
}

export async function findSignIn(db: Queryable, interaction: string): Promise<SignIn | undefined> {
  return toSignIn((await db.query<SignInRow>({ text: SELECT, values: [interaction] })).rows[0]);
}

/** Like `findSignIn`, and deletes it, so that it can't be used twice. */
export async function takeSignIn(db: Queryable, interaction: string): Promise<SignIn | undefined> {
  return toSignIn((await db.query<SignInRow>({ text: TAKE, values: [interaction] })).rows[0]);
}

export async function deleteExpiredSignIns(db: Queryable): Promise<void> {
  await db.query({ text: DELETE_EXPIRED });
}

function toSignIn(row: SignInRow | undefined): SignIn | undefined {
  return (
    row && {
      amr: row.amr,
      ...(row.account !== null && { account: row.account }),
      ...(row.challenge !== null && { challenge: row.challenge }),
      ...(row.secret !== null && { secret: row.secret }),
    }
  );
}
