import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { strToU8, zipSync } from 'fflate';
import { readTimetable } from '../src/sources/gtfs/timetable.ts';

/** Stops along a meridian, at these places in metres from the first; X lies outside the box. */
const PLACES = { A: 0, B: 1_000, C: 4_000, D: 10_000, X: 60_000 };
const METRES_PER_DEGREE = 111_195;
const BOX = [5, 49, 6, 49.4] as const;

const stops = Object.entries(PLACES).map(([id, metres]) => `${id},${id},${49.2 + metres / METRES_PER_DEGREE},5.5`);

/** The times of a trip, by stop: seconds from 8:00. @param rows `stop,time,sequence,travelled` */
async function timesOf(rows: readonly string[], extra: Readonly<Record<string, string>> = {}) {
  const files: Record<string, string> = {
    'agency.txt': 'agency_id,agency_name,agency_url,agency_timezone\nx,Lines,https://example.org,Europe/Paris',
    'routes.txt': 'route_id,agency_id,route_short_name,route_type\nr,x,1,3',
    'stops.txt': `stop_id,stop_name,stop_lat,stop_lon\n${stops.join('\n')}`,
    'trips.txt': 'route_id,service_id,trip_id\nr,daily,t',
    'stop_times.txt': [
      'trip_id,stop_id,arrival_time,departure_time,stop_sequence,shape_dist_traveled,pickup_type',
      ...rows.map((row) => row.replace(/^(\w+),([\d:]*),/, 't,$1,$2,$2,')),
    ].join('\n'),
    'calendar_dates.txt': 'service_id,date,exception_type\ndaily,20260504,1',
    ...extra,
  };
  const zip = zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])));
  const { stopTimes } = await readTimetable(zip, BOX, new Date('2026-05-04T06:00:00Z'));
  return stopTimes.map(({ stopId, arrivesS, departsS }) => [
    stopId,
    arrivesS === null ? null : arrivesS - 8 * 3600,
    departsS === null ? null : departsS - 8 * 3600,
  ]);
}

describe('stops without a time in a timetable', () => {
  test('have the share of the time that they have of the way along the stops', async () => {
    // 10 km in 1,000 s.
    assert.deepEqual(await timesOf(['A,08:00:00,1,,', 'B,,2,,', 'C,,3,,', 'D,08:16:40,4,,']), [
      ['A', 0, 0],
      ['B', 100, 100],
      ['C', 400, 400],
      ['D', 1000, null],
    ]);
  });

  test('have the share of the distance travelled, if the feed tells it and it rises', async () => {
    const rows = (b: string) => ['A,08:00:00,1,0,', `B,,2,${b},`, 'D,08:16:40,3,50,'];
    assert.deepEqual((await timesOf(rows('25')))[1], ['B', 500, 500]);
    assert.deepEqual((await timesOf(rows('60')))[1], ['B', 100, 100], 'not rising: along the stops');
  });

  test('are estimated between times outside the box and of rows in any order', async () => {
    // From D to X 50 km, from C to D 6 km: D after 6/56 of 5,600 s.
    assert.deepEqual(await timesOf(['X,09:33:20,5,,', 'D,,4,,', 'C,08:00:00,3,,']), [
      ['D', 600, 600],
      ['C', 0, 0],
    ]);
  });

  test('keep that nobody gets on, and without a time after them they stay without one', async () => {
    assert.deepEqual(await timesOf(['A,08:00:00,1,,', 'B,,2,,1', 'C,08:06:40,3,,', 'D,,4,,']), [
      ['A', 0, 0],
      ['B', 100, null],
      ['C', 400, 400],
      ['D', null, null],
    ]);
  });

  test('move with each run of a line with a frequency', async () => {
    const times = await timesOf(['A,08:00:00,1,,', 'B,,2,,', 'D,08:16:40,3,,'], {
      'frequencies.txt': 'trip_id,start_time,end_time,headway_secs\nt,10:00:00,10:20:00,600',
    });
    assert.deepEqual(
      times.filter(([stop]) => stop === 'B').map(([, arrives]) => arrives),
      [7300, 7900],
    );
  });
});
