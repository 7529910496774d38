import type { Db } from 'pg-boss';
import type { Database, Queryable } from '../database/database.ts';

/** Our `Database`, PostgreSQL or the embedded one, as pg-boss speaks to it. */
export function bossDatabase(db: Database): Db {
  return {
    executeSql: (text, values) => db.runScript(text, values),
    async listen(channel, onNotification, onReconnect) {
      const close = await db.listen(channel, onNotification);
      onReconnect(); // `Database` listens again by itself after it was away
      return { close };
    },
  };
}

/** A transaction of ours that pg-boss writes in. */
export function bossTransaction(tx: Queryable): Db {
  return { executeSql: (text, values) => tx.query({ text, ...(values && { values }) }) };
}
