import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { strToU8, zipSync } from 'fflate';

/**
 * Measures departure boards with a million stop times: `node services/mobility/test/board-bench.ts URL`, against a
 * running product with open access. It serves a generated feed, lets the real importer import it, and requests boards
 * of single stops, one after the other.
 */
const [, , url = 'http://localhost:1026'] = process.argv;
const FEED = 'FR-bench';
const STOPS = 1000;
const ON_A_TRIP = 25;
const TRIPS = 40_000;
const ASKED = 400;
/** Each day of the week has a service of its own. */
const DAYS = [0, 1, 2, 3, 4, 5, 6];
const MAX_P95_MS = 50;

const server = createServer((_, response) => response.end(feed()));
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as AddressInfo;

await put(FEED, { kind: 'gtfs', name: 'Bench', from: { url: `http://127.0.0.1:${port}/gtfs.zip` } });
console.log('timetable:', await run(FEED));
await put(`${FEED}-board`, { kind: 'departures', name: 'Bench board', feed: FEED, from: {}, horizonMin: 30 });
console.log('departures:', await run(`${FEED}-board`));

const times: number[] = [];
for (let i = 0; i < ASKED; i += 1) {
  const stop = `urn:ngsi-ld:GtfsStop:${FEED}:s${(i * 37) % STOPS}`;
  const begun = performance.now();
  const answer = await fetch(`${url}/citizen/v1/departures?stop=${stop}`);
  const { departures } = (await answer.json()) as { departures: unknown[] };
  times.push(performance.now() - begun);
  if (i === 0) console.log(`first board: ${departures.length} departures`);
}
times.sort((a, b) => a - b);
const at = (share: number) => (times[Math.floor(share * times.length)] ?? 0).toFixed(1);
console.log(`boards of ${TRIPS * ON_A_TRIP} stop times: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms`);
for (const id of [`${FEED}-board`, FEED]) await fetch(`${url}/iot/sources/${id}`, { method: 'DELETE' });
server.close();
if (Number(at(0.95)) >= MAX_P95_MS) process.exitCode = 1;

async function put(id: string, source: object): Promise<void> {
  const body = JSON.stringify({ id, ...source });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${url}/iot/sources/${id}`, { method: 'PUT', headers, body });
  if (!answer.ok) throw new Error(await answer.text());
}

async function run(id: string): Promise<string> {
  const begun = performance.now();
  const answer = await fetch(`${url}/iot/sources/${id}/run`, {
    method: 'POST',
    signal: AbortSignal.timeout(1_200_000),
  });
  return `${Math.round(performance.now() - begun)} ms, ${(await answer.text()).slice(0, 300)}`;
}

function feed(): Uint8Array {
  const clock = (minutes: number) =>
    `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}:00`;
  const stops = Array.from({ length: STOPS }, (_, i) => `s${i},Stop ${i},${49.3 + (i % 40) / 200},${5.8 + i / 4000}`);
  const trips = Array.from({ length: TRIPS }, (_, i) => `r,d${i % 7},t${i},To ${i % 50}`);
  const times = trips.flatMap((_, trip) => {
    const start = (trip * 7) % (23 * 60);
    return Array.from({ length: ON_A_TRIP }, (_, i) => {
      const time = clock(start + i * 2);
      return `t${trip},${time},${time},s${(trip * 13 + i) % STOPS},${i + 1}`;
    });
  });
  const files: Record<string, string> = {
    'agency.txt': 'agency_id,agency_name,agency_url,agency_timezone\na,Bench,https://example.org,Europe/Paris',
    'routes.txt': 'route_id,agency_id,route_short_name,route_long_name,route_type\nr,a,B,Bench,3',
    'stops.txt': ['stop_id,stop_name,stop_lat,stop_lon', ...stops].join('\n'),
    'trips.txt': ['route_id,service_id,trip_id,trip_headsign', ...trips].join('\n'),
    'stop_times.txt': ['trip_id,arrival_time,departure_time,stop_id,stop_sequence', ...times].join('\n'),
    'calendar.txt': [
      'service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date',
      ...DAYS.map((day) => `d${day},${DAYS.map((each) => Number(each === day)).join()},20200101,20991231`),
    ].join('\n'),
  };
  return zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])));
}
