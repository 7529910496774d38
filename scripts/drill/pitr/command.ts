import { findPostgres } from '../../postgres-server.ts';
import { findProgram } from '../../programs.ts';
import type { Given } from '../commands/command.ts';
import { freeBytes, runPitrDrill } from './pitr-drill.ts';

/** Runs the drill of point-in-time recovery with what was given on the command line. */
export async function runPitrCommand({ number, say }: Given): Promise<boolean> {
  const bin = findPostgres();
  const pgbackrest = findProgram('/usr/bin/pgbackrest', 'pgbackrest');
  if (bin === undefined || pgbackrest === undefined)
    throw new Error('PostgreSQL 17 with PostGIS, or pgBackRest is missing');
  const [lamps, rawDays, hourDays] = [number('lamps'), number('raw-days'), number('hour-days')];
  const days = Math.round(number('years') * 365.25);
  // Measured sizes in bytes: 450 for a measurement, 330 for a sum, 400 for a night of a lamp; 30 % more for the repository.
  const needed = 1.3 * lamps * (rawDays * 96 * 450 + (hourDays * 24 + days) * 330 + days * 400) + 4e9;
  const free = await freeBytes();
  if (free < needed) {
    const [wanted, has] = [needed, free].map((bytes) => Math.round(bytes / 1e9));
    throw new Error(`${wanted} GB must be free on the disk of temporary files, it has ${has}`);
  }
  const since = performance.now();
  const result = await runPitrDrill({
    bin,
    pgbackrest,
    lamps,
    days,
    rawDays,
    hourDays,
    seconds: number('seconds'),
    archiveTimeoutS: number('archive-timeout'),
    say: (text) => say(`${Math.round((performance.now() - since) / 1000)} s: ${text}`),
  });
  say(JSON.stringify(result, null, 2));
  return result.isClean;
}
