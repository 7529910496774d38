import { setTimeout as sleep } from 'node:timers/promises';

const LONGEST_MS = 10_000;
const LOOK_EVERY_MS = 50;

/** Waits until something holds, 10 seconds at most: the standard does not say how soon. @returns whether it holds */
export async function until(holds: () => boolean | Promise<boolean>): Promise<boolean> {
  const end = Date.now() + LONGEST_MS;
  while (!(await holds())) {
    if (Date.now() >= end) return false;
    await sleep(LOOK_EVERY_MS);
  }
  return true;
}
