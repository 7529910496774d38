import type { Queryable } from '@alzette/kit/database';

const FORGET = `DELETE FROM alarms.applied_act WHERE at < now() - interval '31 days' /* all tenants: the job that deletes old acts */`;

/** Deletes the ids of acts that are too old to be sent again. @returns how many */
export async function forgetOldActs(db: Queryable): Promise<number> {
  return (await db.query({ text: FORGET })).rowCount;
}
