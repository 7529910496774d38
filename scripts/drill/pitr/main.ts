import { parseArgs } from 'node:util';
import { findPostgres } from '../../postgres-server.ts';
import { findProgram } from '../../programs.ts';
import { freeBytes, runPitrDrill } from './pitr-drill.ts';

/*
 * npm run drill:pitr -- [--years 5] [--lamps 4670] [--raw-days 30] [--hour-days 365] [--seconds 180] [--archive-timeout 60]
 *
 * Creates the database of a territory after this many years: measurements of the last days, before them sums of hours and days
 * (retention), nights of lamps, reports, alarms. PostgreSQL archives its write-ahead log by pgBackRest, and is backed up while
 * the product runs. Then a day of measurements is added, and a row is written every 100 ms, until the server is killed and its
 * disk is lost. The database is restored from the archive, and the product is started on it. The drill prints how many seconds
 * of writes were lost (RPO), how long the recovery took (RTO), and whether all data are the same. It exits with 1 unless they
 * are, with an RPO of at most 5 and an RTO of at most 15 minutes.
 */
const { values } = parseArgs({
  options: {
    years: { type: 'string', default: '5' },
    lamps: { type: 'string', default: '4670' },
    'raw-days': { type: 'string', default: '30' },
    'hour-days': { type: 'string', default: '365' },
    seconds: { type: 'string', default: '180' },
    'archive-timeout': { type: 'string', default: '60' },
  },
});
const number = (name: keyof typeof values): number => {
  const value = Number(values[name]);
  if (!(value > 0)) throw new Error(`--${name}: got ${values[name]}, expected a number above 0`);
  return value;
};

const bin = findPostgres();
const pgbackrest = findProgram('/usr/bin/pgbackrest', 'pgbackrest');
if (bin === undefined || pgbackrest === undefined)
  throw new Error('PostgreSQL 17 with PostGIS, or pgBackRest is missing');
const [lamps, rawDays, hourDays] = [number('lamps'), number('raw-days'), number('hour-days')];
const days = Math.round(number('years') * 365.25);
// Measured sizes in bytes: 450 for a measurement, 330 for a sum, 400 for a night of a lamp; 30 % more for the repository.
const needed = 1.3 * lamps * (rawDays * 96 * 450 + (hourDays * 24 + days) * 330 + days * 400) + 4e9;
const free = await freeBytes();
if (free < needed)
  throw new Error(
    `${Math.round(needed / 1e9)} GB must be free on the disk of temporary files, it has ${Math.round(free / 1e9)}`,
  );

const since = performance.now();
const say = (text: string) => console.log(`${Math.round((performance.now() - since) / 1000)} s: ${text}`);
const result = await runPitrDrill({
  bin,
  pgbackrest,
  lamps,
  days,
  rawDays,
  hourDays,
  seconds: number('seconds'),
  archiveTimeoutS: number('archive-timeout'),
  say,
});
console.log(JSON.stringify(result, null, 2));
process.exit(result.isClean ? 0 : 1);
