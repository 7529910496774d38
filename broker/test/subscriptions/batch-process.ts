import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { openDatabase } from '../../src/database/open-database.ts';
import { startNotifyingBroker } from './notifying-broker.ts';

/**
 * A process to be killed: a broker that updates random lamps together, over and over (`write`) or five once (`once`),
 * and prints each acknowledged update.
 */
const [database = '', tenant = '', instance = '', mode = 'write'] = process.argv.slice(2);
const LAMPS = 12;
const WRITERS = 4;

const db = await openDatabase(database.startsWith('postgres') ? { url: database } : { dataDir: database });
const broker = await startNotifyingBroker(db, { instance });
process.stdout.write('ready\n');
if (mode === 'write') await Promise.all(Array.from({ length: WRITERS }, (_, writer) => updateForEver(writer)));
else if (mode === 'once') await update(Array.from({ length: 5 }, (_, lamp) => `urn:ngsi-ld:Lamp:${lamp}`));
setInterval(() => {}, 1000);

async function updateForEver(writer: number): Promise<void> {
  for (;;) {
    const lamps = Array.from({ length: LAMPS }, (_, lamp) => `urn:ngsi-ld:Lamp:${instance}-${writer}-${lamp}`)
      .sort(() => Math.random() - 0.5)
      .slice(0, randomInt(1, LAMPS + 1));
    await update(lamps);
    await pause(40); // so that the receiver is not far behind when everything is compared
  }
}

async function update(lamps: readonly string[]): Promise<void> {
  const updates = lamps.map((id) => ({ id, type: 'Lamp', level: { type: 'Property', value: randomUUID() } }));
  await broker.batch(tenant, 'upsert', updates);
  for (const { id, level } of updates) process.stdout.write(`${id} ${level.value}\n`);
}
