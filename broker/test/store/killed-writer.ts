import { once } from 'node:events';
import { migrate } from '@alzette/kit/migrate';
import { openDatabase } from '../../src/database/open-database.ts';
import { createWriteLane } from '../../src/entities/write-lane/lane.ts';

// A process to be killed: writes without end and prints each acknowledged id.
const [kind, place, prefix] = process.argv.slice(2);
const db = await openDatabase(kind === 'postgres' ? { url: place } : { dataDir: place });
await migrate(db, new URL('../../migrations/', import.meta.url), 'broker');
const lane = createWriteLane(db);
for (let n = 0; ; n += 20) {
  await Promise.all(
    Array.from({ length: 20 }, async (_, i) => {
      const id = `urn:ngsi-ld:Lamp:${prefix}-${n + i}`;
      await lane.write('', id, (_before, at) => ({
        after: {
          id,
          types: ['https://example.org/Lamp'],
          createdAt: at,
          modifiedAt: at,
          attributes: {
            'https://example.org/level': [{ type: 'Property', value: n + i, createdAt: at, modifiedAt: at }],
          },
        },
        result: null,
      }));
      if (!process.stdout.write(`${id}\n`)) await once(process.stdout, 'drain');
    }),
  );
}
