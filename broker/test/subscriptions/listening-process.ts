import { pino } from 'pino';
import { openDatabase } from '../../src/database/open-database.ts';
import { createBroker } from '../../src/main.ts';
import { QUICK } from './notifying-broker.ts';

/** One of several processes on a database with one public URL; it prints its port. */
const db = await openDatabase({ url: process.argv[2] as string });
const broker = await createBroker({
  db,
  publicUrl: 'http://broker.test',
  offline: true,
  logger: pino({ level: process.env.LOG_LEVEL ?? 'silent' }),
  delivery: QUICK,
});
console.log(new URL(await broker.app.listen({ host: '127.0.0.1', port: 0 })).port);
process.once('SIGTERM', async () => {
  await broker.close();
  await db.close();
});
