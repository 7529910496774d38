import { createOnCluster, dropOnCluster } from '../../../scripts/drill/citus/cluster.ts';
import type { Database } from '../../src/database/database.ts';
import { openDatabase } from '../../src/database/open-database.ts';

/** The URLs of the workers, if TEST_DATABASE_URL leads to the coordinator of a Citus cluster. Then tests run on this alone. */
const WORKERS = process.env.TEST_CITUS_WORKERS?.split(',');
export const isOnCluster = WORKERS !== undefined;

export interface OwnDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** Creates a database on a server, or on a cluster. @param template on a server, the database to copy */
export async function ownDatabase(serverUrl: string, name: string, template?: string): Promise<OwnDatabase> {
  if (WORKERS !== undefined) {
    const url = await createOnCluster(serverUrl, WORKERS, name);
    return { url, drop: () => dropOnCluster([serverUrl, ...WORKERS], name) };
  }
  const server = await openDatabase({ url: serverUrl });
  await server.query({ text: `CREATE DATABASE ${name}${template ? ` TEMPLATE ${template}` : ''}` });
  return {
    url: Object.assign(new URL(serverUrl), { pathname: `/${name}` }).href,
    async drop() {
      await server.query({ text: `DROP DATABASE ${name} WITH (FORCE)` });
      await server.close();
    },
  };
}

let created = 0;

/**
 * A new database for one test, which closes it: one of the server or cluster of the tests, with the product's tables if
 * `npm test` made a template; without a server the embedded one.
 */
export async function newDatabase(): Promise<Database> {
  const { TEST_DATABASE_URL: url, TEST_PRODUCT_TEMPLATE: template } = process.env;
  if (!url) return openDatabase({});
  const own = await ownDatabase(url, `alzette_new_${process.pid}_${++created}`, template);
  const db = await openDatabase({ url: own.url });
  return { ...db, close: () => db.close().then(own.drop) };
}
