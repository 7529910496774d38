import { globSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { openDatabase } from '@alzette/broker';
import { migrate } from '@alzette/kit/migrate';
import { type OwnDatabase, ownDatabase } from '../../../broker/test/support/own-database.ts';

/** In this order, because later ones refer to tables of earlier ones. */
const FIRST = ['broker', 'services/kit', 'iot-agents'];

export interface Template extends OwnDatabase {
  readonly name: string;
}

/**
 * Creates a database with the migrations of the whole product. Copies of it start in half of the CPU time of an empty
 * one, and in a quarter of that of an embedded database.
 *
 * @returns its name, and what drops it
 */
export async function createProductTemplate(serverUrl: string): Promise<Template> {
  const name = `alzette_product_${process.pid}`;
  const { url, drop } = await ownDatabase(serverUrl, name);
  const db = await openDatabase({ url });
  try {
    const root = new URL('../../../', import.meta.url);
    const services = globSync('services/*/migrations', { cwd: root }).map(dirname).sort();
    for (const folder of new Set([...FIRST, ...services])) {
      await migrate(db, new URL(`${folder}/migrations/`, root), basename(folder));
    }
  } finally {
    await db.close();
  }
  return { name, url, drop };
}
