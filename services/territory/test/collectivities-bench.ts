import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { openDatabase } from '@alzette/broker';
import { migrate } from '@alzette/kit/migrate';
import { checkTerritory } from '../src/collectivities/check-territory.ts';
import { insertCollectivity, putHosts } from '../src/collectivities/collectivity-rows.ts';
import type { GivenTerritory } from '../src/contract/contract.ts';
import { Collectivities, demoFolder, migrationsFolder, readTerritory } from '../src/territory.ts';

const KIT = new URL('../../kit/migrations/', import.meta.url);
const ROUNDS = 20;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What many collectivities cost a process: to know them, to find one by its host, and to draw one after the other. */
async function collectivitiesBench(count: number): Promise<void> {
  const db = await openDatabase({});
  try {
    await migrate(db, KIT, 'kit');
    await migrate(db, migrationsFolder, 'territory');
    console.log(`${count} collectivities of 8 communes: a row in ${each(await timed(() => foundAll(db, count)))} ms`);
    const options = {
      db,
      first: readTerritory(demoFolder()),
      publicUrl: 'http://localhost:1026',
      onError: console.error,
    };
    const { db: _, ...withoutThem } = options;
    let open = await Collectivities.open(withoutThem);
    await open.close();
    const before = heap();
    open = await Collectivities.open(options);
    const bytes = heap() - before;
    console.log(`in memory: ${Math.round(bytes / count / 100) / 10} kB each, idle`);
    const opens: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      await open.close();
      opens.push(
        await timed(async () => {
          open = await Collectivities.open(options);
        }),
      );
    }
    console.log(`read at the start: ${Math.round(opens.sort((a, b) => a - b)[ROUNDS / 2] ?? 0)} ms`);
    const looks = await timed(async () => {
      for (let n = 0; n < 1e6; n++) open.tenantOf(`c${n % count}.example.org`);
    });
    console.log(`found by host: ${Math.round(looks)} ns`);
    const drawn = await timed(async () => {
      for (let n = 0; n < count; n++) await open.shapes(`c${n}`);
    });
    console.log(`boundaries and streets, first time: ${each(drawn)} ms`);
    console.log(`after all were drawn: ${Math.round((heap() - before) / 1024 / 1024)} MiB, however many there are`);
    await open.close();
  } finally {
    await db.close();
  }

  function each(ms: number): number {
    return Math.round((ms / count) * 10) / 10;
  }
}

async function foundAll(db: Awaited<ReturnType<typeof openDatabase>>, count: number): Promise<void> {
  const territory = checkTerritory(demoTerritory());
  for (let n = 0; n < count; n++) {
    await db.transaction(async (tx) => {
      await insertCollectivity(tx, `c${n}`, territory, 'bench');
      await putHosts(tx, `c${n}`, [`c${n}.example.org`, `www.c${n}.example.org`]);
    });
  }
}

function demoTerritory(): GivenTerritory {
  const { name, timeZone, languages, notice, communes, streets } = readTerritory(demoFolder());
  return {
    ...{ name, timeZone, notice, streets },
    country: 'FR',
    languages: languages as GivenTerritory['languages'],
    communes: communes.map(({ slug, name: commune, department, center }) => ({
      slug,
      name: commune,
      department,
      center,
    })),
    boundaries: {
      type: 'FeatureCollection',
      features: communes.map(({ slug, boundary }) => ({
        type: 'Feature',
        properties: { commune: slug },
        geometry: boundary as GivenTerritory['boundaries']['features'][number]['geometry'],
      })),
    },
  } as GivenTerritory; // a folder has been checked when it was read
}

async function timed(work: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

function heap(): number {
  collectGarbage();
  collectGarbage(); // what the first run let go
  return process.memoryUsage().heapUsed;
}

const { values } = parseArgs({ options: { count: { type: 'string', default: '100' } } });
await collectivitiesBench(Number(values.count));
