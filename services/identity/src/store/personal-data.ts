import type { Queryable } from '@alzette/kit/database';
import type { Processing, Retention } from '../contract/settings.ts';

const EXTERNAL = 'SELECT provider, subject, created_at FROM identity.external_account WHERE account = $1';
const FORGET_EVENTS = 'DELETE FROM identity.event WHERE account = $1';
const RETENTION = 'SELECT subject, days FROM identity.retention ORDER BY subject';
const SET_RETENTION = 'UPDATE identity.retention SET days = $2 WHERE subject = $1';
const DELETE_EVENTS = `
  DELETE FROM identity.event WHERE at < now() - make_interval(days => (SELECT days FROM identity.retention WHERE subject = 'events'))`;
const DELETE_THROTTLES = `
  DELETE FROM identity.throttle WHERE last_at < now() - make_interval(days => (SELECT days FROM identity.retention WHERE subject = 'throttles'))`;
const UNUSED = `
  SELECT id FROM identity.account WHERE NOT is_break_glass AND coalesce(last_sign_in_at, created_at)
    < now() - make_interval(days => (SELECT days FROM identity.retention WHERE subject = 'unused-accounts')) LIMIT 1000`;
const PROCESSING = 'SELECT id, entry FROM identity.processing ORDER BY id';
const SAVE_PROCESSING = `
  INSERT INTO identity.processing (id, entry) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET entry = excluded.entry`;
const DELETE_PROCESSING = 'DELETE FROM identity.processing WHERE id = $1';

export async function externalAccountsOf(
  db: Queryable,
  account: string,
): Promise<{ provider: string; subject: string; created_at: Date }[]> {
  return (
    await db.query<{ provider: string; subject: string; created_at: Date }>({ text: EXTERNAL, values: [account] })
  ).rows;
}

export async function forgetEventsOf(db: Queryable, account: string): Promise<void> {
  await db.query({ text: FORGET_EVENTS, values: [account] });
}

/** The retention of each subject in days. */
export async function retention(db: Queryable): Promise<Retention> {
  const { rows } = await db.query<{ subject: string; days: number }>({ text: RETENTION });
  // Its migration made the rows of all subjects.
  return Object.fromEntries(rows.map(({ subject, days }) => [subject, days])) as Retention;
}

export async function setRetention(db: Queryable, change: Partial<Retention>): Promise<void> {
  for (const [subject, days] of Object.entries(change))
    await db.query({ text: SET_RETENTION, values: [subject, days] });
}

export async function deletePastRetention(db: Queryable): Promise<void> {
  await db.query({ text: DELETE_EVENTS });
  await db.query({ text: DELETE_THROTTLES });
}

/** Accounts without a sign-in for their whole retention time. */
export async function unusedAccounts(db: Queryable): Promise<string[]> {
  return (await db.query<{ id: string }>({ text: UNUSED })).rows.map(({ id }) => id);
}

/** Entries of the register that the controller wrote; they replace ours or add to them. */
export async function processingEntries(db: Queryable): Promise<Processing[]> {
  const { rows } = await db.query<{ id: string; entry: string }>({ text: PROCESSING });
  return rows.map(({ id, entry }) => ({ ...JSON.parse(entry), id }));
}

export async function saveProcessingEntry(db: Queryable, id: string, entry: Omit<Processing, 'id'>): Promise<void> {
  await db.query({ text: SAVE_PROCESSING, values: [id, entry] });
}

export async function deleteProcessingEntry(db: Queryable, id: string): Promise<boolean> {
  return (await db.query({ text: DELETE_PROCESSING, values: [id] })).rowCount === 1;
}
