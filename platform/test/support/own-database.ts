import { after } from 'node:test';
import { ownDatabase as databaseNamed, type OwnDatabase } from '@alzette/broker/test-support';

const { TEST_DATABASE_URL, TEST_PRODUCT_TEMPLATE } = process.env;
let created = 0;
const nameOf = (purpose: string) => `alzette_test_${purpose}_${process.pid}_${++created}`;

/**
 * A new database on a PostgreSQL server, for this process only: a copy of the template, which by default has the
 * product's tables if `npm test` made one.
 */
export function ownDatabase(
  serverUrl: string,
  purpose: string,
  template: string | undefined = TEST_PRODUCT_TEMPLATE,
): Promise<OwnDatabase> {
  return databaseNamed(serverUrl, nameOf(purpose), template);
}

/** The same without tables. */
export function emptyDatabase(serverUrl: string, purpose: string): Promise<OwnDatabase> {
  return databaseNamed(serverUrl, nameOf(purpose));
}

const opened = new Map<string, Promise<OwnDatabase>>();

// Registered at the root, because `after` inside a suite belongs to that suite.
after(async () => {
  for (const database of opened.values()) await (await database).drop();
});

/**
 * The settings of a product whose database is on the server of the tests, if there is one: it starts in a third of the
 * CPU time of an embedded one.
 *
 * @param dataDir products with the same folder have the same database
 */
export async function onServer(dataDir: string): Promise<{ DATABASE_URL?: string }> {
  if (!TEST_DATABASE_URL) return {};
  const database = opened.get(dataDir) ?? ownDatabase(TEST_DATABASE_URL, 'product');
  opened.set(dataDir, database);
  return { DATABASE_URL: (await database).url };
}
