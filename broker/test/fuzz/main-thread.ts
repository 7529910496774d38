import { readFileSync } from 'node:fs';

/** The unit of /proc/…/stat: Linux reports times in hundredths of a second. */
const TICK_MS = 10;

/**
 * The CPU time of a process's main thread in ms; undefined if the system does not report it. Unlike elapsed time, it
 * does not depend on other load.
 */
export function mainThreadMs(pid: number): number | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/task/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The name of the program, in parentheses, may contain spaces; utime and stime are 12 fields after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}
