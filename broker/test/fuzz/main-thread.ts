import { readFileSync } from 'node:fs';

/** What one unit of /proc/…/stat is: Linux tells times to programs in hundredths of a second. */
const TICK_MS = 10;

/**
 * How long the main thread of a process has computed so far, in ms; undefined where the system doesn't tell. Unlike
 * the time that passes, it doesn't grow with what else the machine has to do.
 */
export function mainThreadMs(pid: number): number | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/task/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The name of the program, in parentheses, may hold blanks; 12 fields behind it are utime and stime.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}
