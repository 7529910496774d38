import { globSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { openDatabase } from '@alzette/broker';
import { migrate } from '@alzette/kit/migrate';

/** In this order, because later ones refer to tables of earlier ones. */
const FIRST = ['broker', 'services/kit', 'iot-agents'];

/**
 * Creates a database with the migrations of the whole product. Copies of it start in half of the CPU time of an empty
 * one, and in a quarter of that of an embedded database.
 *
 * @returns its name, and what drops it
 */
export async function createProductTemplate(serverUrl: string): Promise<{ name: string; drop(): Promise<void> }> {
  const name = `alzette_product_${process.pid}`;
  const server = await openDatabase({ url: serverUrl });
  await server.query({ text: `CREATE DATABASE ${name}` });
  const db = await openDatabase({ url: Object.assign(new URL(serverUrl), { pathname: `/${name}` }).href });
  try {
    const root = new URL('../../../', import.meta.url);
    const services = globSync('services/*/migrations', { cwd: root }).map(dirname).sort();
    for (const folder of new Set([...FIRST, ...services])) {
      await migrate(db, new URL(`${folder}/migrations/`, root), basename(folder));
    }
  } finally {
    await db.close();
  }
  return {
    name,
    async drop() {
      await server.query({ text: `DROP DATABASE ${name} WITH (FORCE)` });
      await server.close();
    },
  };
}
