import type { Database } from '../database/database.ts';
import type { Act, AuditStore } from './audit.ts';

const BEGIN = 'INSERT INTO audit_intent (owner, act) VALUES ($1, $2) RETURNING id';
const END = 'DELETE FROM audit_intent WHERE id = $1';
const TAKE = 'DELETE FROM audit_intent WHERE owner = ANY ($1::text[]) RETURNING id, act';

/** An act whose entry is still to come. */
export type BegunAct = Omit<Act, 'outcome'>;

/**
 * What processes are about to do, written down before they do it. A process may be killed between a change and its entry
 * in the audit: then the entry is made from this by the process that takes over.
 */
export interface AuditIntents {
  /** @returns a function to call once the audit has the entry */
  begin(act: BegunAct): Promise<() => Promise<void>>;
  /** Does what an act is about. @param work makes the entry itself; if it throws, there is one of a failed act */
  during<T>(act: BegunAct, work: () => Promise<T>): Promise<T>;
  /** Makes entries of what processes have left that do not run any more. @param owners their names */
  settle(owners: readonly string[]): Promise<void>;
}

/** @param owner the name of this process */
export function auditIntents(
  db: Database,
  audit: Pick<AuditStore, 'append' | 'appendIn'>,
  owner: string,
): AuditIntents {
  const begin = async (act: BegunAct) => {
    const { rows } = await db.query<{ id: number }>({
      name: 'audit-intent-begin',
      text: BEGIN,
      values: [owner, JSON.stringify(act)],
    });
    const id = rows[0]?.id;
    return async () => void (await db.query({ name: 'audit-intent-end', text: END, values: [id] }));
  };
  return {
    begin,
    async during(act, work) {
      const end = await begin(act);
      // If the audit fails too, what was written down stays for the next process.
      const done = await work().catch(async (error: unknown) => {
        await audit.append({ ...act, outcome: 'failed' });
        await end();
        throw error;
      });
      await end();
      return done;
    },
    async settle(owners) {
      await db.transaction(async (tx) => {
        const { rows } = await tx.query<{ id: number; act: string }>({ text: TAKE, values: [owners] });
        for (const { act } of rows.toSorted((one, other) => Number(one.id) - Number(other.id))) {
          await audit.appendIn(tx, { ...(JSON.parse(act) as BegunAct), outcome: 'unknown' });
        }
      });
    },
  };
}
