import { pino } from 'pino';
import { leaveOut } from './simple-versions.ts';

/*
 * A broker with the agents, in its own process. Arguments: the URL of its database, and optionally the optimisation to
 * leave out. Sends its port, and for each message its CPU use in µs.
 */
const [url = '', device = ''] = process.argv.slice(2);
if (device !== '') leaveOut(device);

// Imported after the removal, so that it applies to these modules.
const { createBroker, migrate, openDatabase } = await import('@alzette/broker');
const { migrationsFolder, startIotAgents } = await import('@alzette/iot-agents');

const logger = pino({ level: 'error' });
const db = await openDatabase({ url });
const broker = await createBroker({ db, publicUrl: 'http://localhost', logger });
await migrate(db, migrationsFolder, 'iot-agents');
const context = 'https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.9.jsonld';
const { app, client } = broker;
const agents = await startIotAgents({
  db,
  client,
  context,
  isBrokerNear: true,
  access: 'open',
  host: '127.0.0.1',
  app,
  logger,
});
await app.listen({ port: 0, host: '127.0.0.1' });

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuUs: user + system });
});
process.on('disconnect', async () => {
  await agents.close();
  await broker.close();
  await db.close();
  process.exit(0);
});
process.send?.({ port: (app.server.address() as { port: number }).port });
