/*
 * npm run bench -- exports [--rows 1000000] [--formats csv,geojson,xlsx,parquet]
 *
 * The memory for exporting a dataset as a file of each format, sent directly, and prepared in the background. Grown:
 * the maximum memory of the process during the export minus the memory just before, in MiB.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { territoryLink } from '../map/territory-of-lamps.ts';
import { ownTarget } from '../target.ts';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    formats: { type: 'string', default: 'csv,geojson,xlsx,parquet' },
  },
});
const FORMATS = values.formats.split(',');
const ROWS = Number(values.rows);
const LOOK_MS = 100;
const WITHIN_MS = 600_000;
const LAMP = {
  id: 'urn:ngsi-ld:Streetlight:export-1',
  type: 'Streetlight',
  scope: '/Villerupt',
  name: 'Lampadaire 1',
  powerRating: { value: 45, observedAt: '2026-03-01T20:00:00Z' },
  address: { streetAddress: 'Rue de la République' },
  location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [5.93, 49.47] } },
};
const DATASET = {
  title: { fr: 'Points lumineux' },
  description: {
    fr: 'Chaque point lumineux de l’éclairage public, pour mesurer ce que coûte un grand fichier à écrire.',
  },
  keywords: ['banc'],
  theme: 'ENER',
  contact: { name: 'Données', email: 'donnees@example.org' },
  source: { types: ['Streetlight'], content: { kind: 'current' } },
  columns: [
    { name: 'nom', attribute: 'name', kind: 'text', title: { fr: 'Nom' } },
    { name: 'puissance_w', attribute: 'powerRating', kind: 'number', title: { fr: 'Puissance' } },
    { name: 'rue', attribute: 'address', path: 'streetAddress', kind: 'text', title: { fr: 'Rue' } },
  ],
  geometry: true,
  frequency: 'annual',
};
const COPIES = `
  INSERT INTO opendata.feature (dataset, generation, id, properties, geometry, at)
  SELECT f.dataset, f.generation, 'many-' || lpad(n::text, 8, '0'), jsonb_set(f.properties, '{puissance_w}', to_jsonb(n % 100)),
    ST_Translate(f.geometry, n % 1000 / 1e5, n / 1000 / 1e5), f.at
  FROM opendata.feature f, generate_series(1, $1::int) AS n WHERE f.dataset = 'banc'`;
const COUNT = `UPDATE opendata.dataset SET feature_count = $1::int + 1 WHERE id = 'banc'`;

const target = await ownTarget();
const { url } = target;
try {
  await put('/ngsi-ld/v1/entityOperations/upsert', 'POST', [LAMP]);
  await put('/opendata/datasets/banc', 'PUT', DATASET);
  await put('/opendata/datasets/banc/publish', 'POST');
  await until(async () => ((await read('/opendata/datasets/banc')) as { generation: number }).generation > 0);
  const client = new pg.Client({ connectionString: target.databaseUrl });
  await client.connect();
  await client.query(COPIES, [ROWS]);
  await client.query(COUNT, [ROWS]);
  await client.query('VACUUM ANALYZE opendata.feature');
  await client.end();
  console.log(`${ROWS} rows\n\n| file | seconds | MB | before MiB | grown MiB |\n| --- | --: | --: | --: | --: |`);
  for (const format of FORMATS) {
    await measured(`latest.${format}`, () => drain(`/data/files/banc/latest.${format}`));
  }
  for (const format of ['csv', 'parquet'].filter((each) => FORMATS.includes(each))) {
    await measured(`prepared ${format}`, async () => {
      const { id } = (await put(`/data/exports/banc/${format}`, 'POST')) as { id: string };
      const file = `/data/exports/${id}`;
      await until(async () => {
        const { state, fault } = (await read(file)) as { state: string; fault?: string };
        if (state === 'failed') throw new Error(fault);
        return state === 'done';
      });
      return drain(`${file}/file`);
    });
  }
} finally {
  await target.stop();
}

async function measured(name: string, work: () => Promise<number>): Promise<void> {
  await pause(2_000); // time to free the memory of the last one
  const before = (await target.memory()) ?? 0;
  let most = before;
  const look = setInterval(async () => {
    most = Math.max(most, (await target.memory()) ?? 0);
  }, LOOK_MS);
  const start = performance.now();
  const bytes = await work();
  clearInterval(look);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`| ${name} | ${seconds} | ${Math.round(bytes / 1e6)} | ${before} | ${most - before} |`);
}

async function drain(path: string): Promise<number> {
  const answer = await fetch(url + path, { headers: { 'accept-encoding': 'identity' } });
  if (!answer.ok || answer.body === null) throw new Error(`${path}: ${answer.status}`);
  let bytes = 0;
  for await (const chunk of answer.body) bytes += chunk.length;
  return bytes;
}

async function put(path: string, method: string, body?: unknown): Promise<unknown> {
  const answer = await fetch(url + path, {
    method,
    headers: { ...territoryLink(url), ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

async function read(path: string): Promise<unknown> {
  return (await fetch(url + path)).json();
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + WITHIN_MS;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error('It took too long');
    await pause(300);
  }
}
