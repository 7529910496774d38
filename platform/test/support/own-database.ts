import { ownDatabase as databaseNamed } from '@alzette/broker/test-support';

/** A new database on a PostgreSQL server, for this process only. */
export function ownDatabase(serverUrl: string, purpose: string): Promise<{ url: string; drop(): Promise<void> }> {
  return databaseNamed(serverUrl, `alzette_test_${purpose}_${process.pid}`);
}
