import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownDatabase } from './own-database.ts';

const { TEST_DATABASE_URL, TEST_DEMO_TEMPLATE, TEST_DEMO_FOLDER } = process.env;

/** What a product with the demo starts on. */
export interface DemoData {
  readonly settings: { readonly DATA_DIR: string; readonly DEMO: 'on'; readonly DATABASE_URL?: string };
  /** Call it after the end of the product. */
  remove(): Promise<void>;
}

/**
 * A folder, and a database on the server of the tests, if there is one. If `npm test` has written a demo with its past,
 * they are copies of that, which saves three minutes of processor time; otherwise they are empty.
 */
export async function newDemoData(): Promise<DemoData> {
  const folder = await mkdtemp(join(tmpdir(), 'alzette-'));
  const database = TEST_DATABASE_URL && (await ownDatabase(TEST_DATABASE_URL, 'demo', TEST_DEMO_TEMPLATE));
  if (TEST_DEMO_FOLDER) await cp(TEST_DEMO_FOLDER, folder, { recursive: true });
  return {
    settings: { DATA_DIR: folder, DEMO: 'on', ...(database && { DATABASE_URL: database.url }) },
    async remove() {
      if (database) await database.drop();
      await rm(folder, { recursive: true });
    },
  };
}
