import { existsSync } from 'node:fs';
import { migrate } from '@alzette/kit/migrate';
import { clearTemplates, templateFile } from '../broker/src/database/pglite/database-template.ts';
import { pgliteDatabase } from '../broker/src/database/pglite/pglite-database.ts';

/* Creates the template for new embedded databases, unless it exists. */
const file = templateFile();
if (!existsSync(file)) {
  await clearTemplates();
  const db = await pgliteDatabase();
  await migrate(db, new URL('../broker/migrations/', import.meta.url), 'broker');
  await db.archive(file, async () => {});
  await db.close();
}
