import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { ownTarget } from '../target.ts';

/*
 * npm run bench -- lighting [--lamps 4670] [--nights 365] [--days 7] [--requests 11]
 *
 * Prints the time for the figures of the lighting cockpit, with a year of nights and some days of quarter-hourly
 * readings of all lamps.
 */
const { values } = parseArgs({
  args: process.argv.slice(2),
  options: {
    lamps: { type: 'string', default: '4670' },
    nights: { type: 'string', default: '365' },
    days: { type: 'string', default: '7' },
    requests: { type: 'string', default: '11' },
  },
});
const [lamps, nights, days, requests] = [values.lamps, values.nights, values.days, values.requests].map(Number) as [
  number,
  number,
  number,
  number,
];

const FILL_LAMPS = `
  INSERT INTO lighting.lamp (tenant, id, name, commune, street, cabinet, power, longitude, latitude)
  SELECT '', 'urn:ngsi-ld:Streetlight:' || n, 'L-' || n, 'commune-' || n % 8, 'street-' || n % 97, 'cabinet-' || n / 20, 51,
    5.9 + (n % 100) / 1000.0, 49.4 + n / 100000.0
  FROM generate_series(1, $1::integer) AS n`;
const FILL_NIGHTS = `
  INSERT INTO lighting.lamp_night
    (tenant, night, lamp, commune, street, cabinet, measured, promised, full_power, by_day, covered)
  SELECT '', current_date - d, id, commune, street, cabinet, power * 7, power * 7, power * 11, 0, 1
  FROM lighting.lamp, generate_series(1, $1::integer) AS d`;
const FILL_ZONES = `
  INSERT INTO lighting.zone_night
    (tenant, kind, zone, night, lamps, measured_lamps, day_burners, measured, promised, full_power, by_day, full_power_all)
  SELECT '', kind, zone, night, count(*), count(*), 0, sum(measured) / 1000, sum(promised) / 1000, sum(full_power) / 1000, 0,
    sum(full_power) / 1000
  FROM lighting.lamp_night CROSS JOIN LATERAL (
    VALUES ('all', ''), ('commune', commune), ('cabinet', cabinet), ('street', commune || '/' || street)) AS z (kind, zone)
  GROUP BY kind, zone, night`;
const FILL_READINGS = `
  INSERT INTO lighting.reading (tenant, lamp, at, power, level)
  SELECT '', id, at, power, 1
  FROM lighting.lamp, generate_series(now() - make_interval(days => $1), now(), interval '15 minutes') AS at`;
const ANALYSE = 'VACUUM ANALYZE lighting.lamp, lighting.lamp_night, lighting.zone_night, lighting.reading';

const target = await ownTarget();
const [cpu] = cpus();
console.log(`${cpu?.model.trim()}, ${cpus().length} cores, Node ${process.version}\n`);
try {
  await fill(target.databaseUrl);
  const to = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const from = new Date(Date.now() - nights * 86_400_000).toISOString().slice(0, 10);
  console.log(`${lamps} lamps, ${nights} nights, ${days} days of quarter-hours; milliseconds\n`);
  console.log('| | first | median | longest |\n| --- | --: | --: | --: |');
  await measure('first view of the cockpit', '/lighting/cockpit');
  await measure('saving of the year by commune', `/lighting/savings?by=commune&from=${from}&to=${to}`);
  await measure('saving of the year by street', `/lighting/savings?by=street&from=${from}&to=${to}`);
  await measure('levels of all lamps tonight', '/lighting/levels');
} finally {
  await target.stop();
}

async function fill(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(FILL_LAMPS, [lamps]);
  await client.query(FILL_NIGHTS, [nights]);
  await client.query(FILL_ZONES);
  await client.query(FILL_READINGS, [days]);
  await client.query(ANALYSE);
  await client.end();
}

async function measure(what: string, path: string): Promise<void> {
  const times: number[] = [];
  for (let n = 0; n < requests; n++) {
    const began = performance.now();
    const answer = await fetch(target.url + path);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
    times.push(performance.now() - began);
  }
  const sorted = times.toSorted((a, b) => a - b);
  const shown = [times[0], sorted[sorted.length >> 1], sorted.at(-1)].map((ms) => ms?.toFixed(0));
  console.log(`| ${what} | ${shown.join(' | ')} |`);
}
