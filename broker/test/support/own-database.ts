import { createOnCluster, dropOnCluster } from '../../../scripts/drill/citus/cluster.ts';
import { openDatabase } from '../../src/database/open-database.ts';

/** The URLs of the workers, if TEST_DATABASE_URL leads to the coordinator of a Citus cluster. */
const WORKERS = process.env.TEST_CITUS_WORKERS?.split(',');

/** Creates a database on a server, or on a cluster. @returns its URL, and what drops it */
export async function ownDatabase(serverUrl: string, name: string): Promise<{ url: string; drop(): Promise<void> }> {
  if (WORKERS !== undefined) {
    const url = await createOnCluster(serverUrl, WORKERS, name);
    return { url, drop: () => dropOnCluster([serverUrl, ...WORKERS], name) };
  }
  const server = await openDatabase({ url: serverUrl });
  await server.query({ text: `CREATE DATABASE ${name}` });
  return {
    url: Object.assign(new URL(serverUrl), { pathname: `/${name}` }).href,
    async drop() {
      await server.query({ text: `DROP DATABASE ${name} WITH (FORCE)` });
      await server.close();
    },
  };
}
