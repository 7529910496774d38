import type { Db } from 'pg-boss';
import type { Database, Queryable } from '../database/database.ts';

/** Adapts our `Database` to pg-boss, for PostgreSQL and the embedded database. */
export function bossDatabase(db: Database): Db {
  return {
    executeSql: (text, values) => db.runScript(authenticated(text), values),
    async listen(channel, onNotification, onReconnect) {
      const close = await db.listen(channel, onNotification);
      onReconnect(); // `Database` listens again by itself after an outage
      return { close };
    },
  };
}

/** Lets pg-boss write in one of our transactions. */
export function bossTransaction(tx: Queryable): Db {
  return { executeSql: (text, values) => tx.query({ text: authenticated(text), ...(values && { values }) }) };
}

/** Its messages are sent as ours are: see `messages.ts`. */
function authenticated(text: string): string {
  return text.replaceAll('pg_notify(', 'send_message(');
}
