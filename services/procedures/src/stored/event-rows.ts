import type { Queryable } from '@alzette/kit/database';
import type { Secrets } from '@alzette/kit/service';
import type { Event } from '../contract/contract.ts';

type NewEvent = Omit<Event, 'n' | 'at'> & { readonly at: Date; readonly key?: string | undefined };

const APPEND = `
  INSERT INTO procedures.event (tenant, dossier, at, by, act, state, who, sealed, key)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (tenant, dossier, key) DO NOTHING RETURNING n`;
const READ = `
  SELECT n, at, by, act, state, who, sealed FROM procedures.event WHERE tenant = $1 AND dossier = $2 ORDER BY n`;
/** The names of accounts of the desk stay: they are no data of the sender. */
const ERASE = 'UPDATE procedures.event SET sealed = NULL WHERE tenant = $1 AND dossier = $2';

interface Row {
  readonly n: number;
  readonly at: Date;
  readonly by: Event['by'];
  readonly act: Event['act'];
  readonly state: string | null;
  readonly who: string | null;
  readonly sealed: string | null;
}

/** @returns its number; undefined: an event with this key is there */
export async function appendEvent(
  tx: Queryable,
  secrets: Secrets,
  tenant: string,
  dossier: string,
  { at, by, act, state, who, text, files, key }: NewEvent,
): Promise<number | undefined> {
  const words = text === undefined && files === undefined ? null : JSON.stringify({ text, files });
  const sealed = words === null ? null : secrets.seal(words, ownerOf(tenant, dossier));
  const values = [tenant, dossier, at, by, act, state ?? null, who ?? null, sealed, key ?? null];
  return (await tx.query<{ n: number }>({ text: APPEND, values })).rows[0]?.n;
}

export async function readEvents(db: Queryable, secrets: Secrets, tenant: string, dossier: string): Promise<Event[]> {
  const { rows } = await db.query<Row>({ text: READ, values: [tenant, dossier] });
  return rows.map(({ n, at, by, act, state, who, sealed }) => ({
    n,
    at: at.toISOString(),
    by,
    act,
    ...(state !== null && { state }),
    ...(who !== null && { who }),
    ...(sealed !== null &&
      (JSON.parse(secrets.open(sealed, ownerOf(tenant, dossier))) as Pick<Event, 'text' | 'files'>)), // sealed by this file
  }));
}

export async function eraseEvents(tx: Queryable, tenant: string, dossier: string): Promise<void> {
  await tx.query({ text: ERASE, values: [tenant, dossier] });
}

function ownerOf(tenant: string, dossier: string): string {
  return `procedures.event:${tenant}:${dossier}`;
}
