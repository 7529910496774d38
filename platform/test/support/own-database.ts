import { openDatabase } from '@alzette/broker';

/** A new database on a PostgreSQL server, for this process only. */
export async function ownDatabase(serverUrl: string, purpose: string): Promise<{ url: string; drop(): Promise<void> }> {
  const server = await openDatabase({ url: serverUrl });
  const name = `alzette_test_${purpose}_${process.pid}`;
  await server.query({ text: `CREATE DATABASE ${name}` });
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    async drop() {
      await server.query({ text: `DROP DATABASE ${name} WITH (FORCE)` });
      await server.close();
    },
  };
}
