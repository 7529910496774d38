import { sender } from '@alzette/kit/access';
import type { Queryable } from '@alzette/kit/database';
import type { ObjectKind } from '@alzette/kit/objects';
import type { NoteBody } from '../contract/contract.ts';

const COLUMNS = 'id, author, signed, for_group, note, at, taken_by, taken_signed, taken_at';
const LATEST = `SELECT ${COLUMNS} FROM alarms.handover_note WHERE tenant = $1 ORDER BY at DESC LIMIT 200`;
const ONE = `SELECT ${COLUMNS} FROM alarms.handover_note WHERE tenant = $1 AND id::text = $2`;
const WRITE = `
  INSERT INTO alarms.handover_note (tenant, author, signed, for_group, note) VALUES ($1, $2, $3, $4, $5) RETURNING id`;
const REMOVE = 'DELETE FROM alarms.handover_note WHERE tenant = $1 AND id::text = $2';
const TAKE = `
  UPDATE alarms.handover_note SET taken_by = $3, taken_signed = $4, taken_at = $5
  WHERE tenant = $1 AND id::text = ANY($2) AND taken_by IS NULL`;
const FORGET = `DELETE FROM alarms.handover_note WHERE at < now() - interval '31 days' /* all tenants: the job that deletes old notes */`;

interface Row {
  readonly id: string;
  readonly author: string;
  readonly signed: string | null;
  readonly for_group: string | null;
  readonly note: string;
  readonly at: Date;
  readonly taken_by: string | null;
  readonly taken_signed: string | null;
  readonly taken_at: Date | null;
}

export interface StoredNote extends NoteBody {
  readonly id: string;
  /** The person, or the key or program that wrote it. */
  readonly author: string;
  readonly at: Date;
  readonly taken?: { readonly by: string; readonly signed?: string; readonly at: Date };
}

/** A note is for its author, its group and administrators; without a group, for all who may act on some alarms. */
export function noteKind(db: Queryable): ObjectKind<Pick<StoredNote, 'author' | 'group'>> {
  return {
    name: 'handover note',
    find: (tenant, id) => findNote(db, tenant, id),
    may(action, { author, group }, { caller, mayAny }) {
      if (caller.administers) return true;
      if (caller.kind === 'anonymous') return false;
      const isOwn = author === sender(caller);
      const isMeant = group === undefined ? mayAny('write', ['Alert']) : caller.groups.includes(group);
      return action === 'read' ? isOwn || isMeant : isOwn && isMeant;
    },
  };
}

/** Newest first. */
export async function latestNotes(db: Queryable, tenant: string): Promise<StoredNote[]> {
  return (await db.query<Row>({ text: LATEST, values: [tenant] })).rows.map(stored);
}

async function findNote(db: Queryable, tenant: string, id: string): Promise<StoredNote | undefined> {
  const [row] = (await db.query<Row>({ text: ONE, values: [tenant, id] })).rows;
  return row && stored(row);
}

/** @returns its id */
export async function writeNote(db: Queryable, tenant: string, author: string, body: NoteBody): Promise<string> {
  const values = [tenant, author, body.signed ?? null, body.group ?? null, body.note];
  const [row] = (await db.query<{ id: string }>({ text: WRITE, values })).rows;
  return (row as { id: string }).id; // an insert returns its row
}

export async function removeNote(db: Queryable, tenant: string, id: string): Promise<void> {
  await db.query({ text: REMOVE, values: [tenant, id] });
}

/** Marks notes that nobody has taken over yet. @returns how many */
export async function takeNotes(
  db: Queryable,
  tenant: string,
  ids: readonly string[],
  { by, signed, at }: NonNullable<StoredNote['taken']>,
): Promise<number> {
  return (await db.query({ text: TAKE, values: [tenant, ids, by, signed ?? null, at] })).rowCount;
}

/** Deletes notes older than a month. @returns how many */
export async function forgetOldNotes(db: Queryable): Promise<number> {
  return (await db.query({ text: FORGET })).rowCount;
}

function stored({ id, author, signed, for_group, note, at, taken_by, taken_signed, taken_at }: Row): StoredNote {
  return {
    id,
    author,
    note,
    at,
    ...(signed !== null && { signed }),
    ...(for_group !== null && { group: for_group }),
    ...(taken_by !== null &&
      taken_at !== null && {
        taken: { by: taken_by, at: taken_at, ...(taken_signed !== null && { signed: taken_signed }) },
      }),
  };
}
