import type { LocalDays } from '@alzette/kit/calendar';
import { deposits, emptyings, type Levels } from '@alzette/kit/forecasting';
import type { SensorFault } from '../contract/contract.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const SILENT_AFTER = 24 * HOUR;
const STUCK_AFTER = 4 * DAY;
const SAME = 0.003;
/** A container with a smaller daily increase may really have the same level for days. */
const FILLS = 0.02;
const NEVER_EMPTY = 0.25;
const JUMP = 0.08;
const JUMPS_SHARE = 0.12;
const EMPTYING = 0.15;

export function sensorFaults(
  levels: Levels,
  { localDays, now, status }: { readonly localDays: LocalDays; readonly now: number; readonly status?: string },
): SensorFault[] {
  const faults: SensorFault[] = [];
  const last = levels.at(-1);
  if (last === undefined || now - last[1] > SILENT_AFTER) faults.push('silent');
  if (isStuck(levels, localDays)) faults.push('stuck');
  if (isNeverEmpty(levels)) faults.push('misSet');
  if (isNoisy(levels)) faults.push('noisy');
  if (status === 'dropped' || status === 'moved') faults.push('tilted');
  return faults;
}

function isStuck(levels: Levels, localDays: LocalDays): boolean {
  const last = levels.at(-1);
  if (last === undefined) return false;
  const changed = levels.findLast(([level]) => Math.abs(level - last[0]) > SAME);
  const since = changed?.[1] ?? levels[0]?.[1] ?? last[1];
  if (last[1] - since < STUCK_AFTER || last[0] >= 0.97) return false;
  const before = deposits(
    levels.filter(([, at]) => at <= since),
    localDays,
  );
  const usual = before.reduce((sum, { amount }) => sum + amount, 0) / Math.max(1, before.length);
  return usual > FILLS;
}

/** After half of its emptyings, the sensor still reports a level of at least a quarter. */
function isNeverEmpty(levels: Levels): boolean {
  const after = emptyings(levels)
    .map((at) => levels.find(([, time]) => time === at)?.[0] ?? 0)
    .sort((a, b) => a - b);
  return after.length >= 2 && (after[Math.floor(after.length / 2)] ?? 0) > NEVER_EMPTY;
}

/** In the last two weeks one step in eight decreases by more than the usual noise and less than an emptying. */
function isNoisy(levels: Levels): boolean {
  const recent = levels.filter(([, at]) => at > (levels.at(-1)?.[1] ?? 0) - 14 * DAY);
  const falls = recent.filter(([level, at], i) => {
    const before = recent[i - 1];
    if (before === undefined || at - before[1] > DAY) return false;
    const fall = before[0] - level;
    return fall > JUMP && fall < 1 && !(fall >= EMPTYING && level < 0.2);
  });
  return recent.length > 24 && falls.length / recent.length > JUMPS_SHARE;
}
