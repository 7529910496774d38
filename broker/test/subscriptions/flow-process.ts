import { openDatabase } from '../../src/database/open-database.ts';
import { startNotifyingBroker } from './notifying-broker.ts';

/** A process to be killed: a broker that updates lamps as fast as it can and prints acknowledged updates. */
const [database = '', tenant = '', receiver = '', mode = 'write'] = process.argv.slice(2);

const db = await openDatabase(database.startsWith('postgres') ? { url: database } : { dataDir: database });
const broker = await startNotifyingBroker(db, { instance: 'flow' });
if (mode === 'write') {
  await broker.subscribe(tenant, { entities: [{ type: 'Lamp' }], notification: { endpoint: { uri: receiver } } });
  await Promise.all(Array.from({ length: 20 }, (_, number) => updateForEver(number)));
} else {
  setInterval(() => {}, 1000);
}
process.stdout.write('ready\n');

async function updateForEver(number: number): Promise<void> {
  const id = `urn:ngsi-ld:Lamp:${number}`;
  await broker.create(tenant, { id, type: 'Lamp', level: { type: 'Property', value: 0 } });
  for (let level = 1; ; level++) {
    process.stdout.write(`${number} ${level - 1}\n`);
    await broker.merge(tenant, id, { level: { type: 'Property', value: level } });
  }
}
