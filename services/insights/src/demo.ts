import type { InsightJobs } from './insight-jobs.ts';
import type { InsightParts } from './parts.ts';
import { switchOnFirst } from './register/register-rows.ts';

/** Uses that the demo turns on. */
const ON = ['fill-forecast', 'energy-forecast', 'occupancy-forecast', 'anomaly-scores', 'report-suggestions'];
const OWNER = 'Service numérique';

/** The past of the demo comes in the background: it is looked at as it comes. */
const FIRST_LOOK_MS = 25_000;
const LOOK_EVERY_MS = 45_000;
const MOST_LOOKS = 16;
/** By then there is a day of outputs. */
const QUICK_LOOKS = 4;

/** Turns the demo's uses on, unless somebody has decided otherwise, and has them look as the past of the demo comes. */
export async function putDemo(parts: InsightParts, jobs: InsightJobs): Promise<(() => Promise<void>) | undefined> {
  const { db, register, logger } = parts;
  let isFirst = false;
  for (const name of ON) {
    if (!(await switchOnFirst(db, '', name, { owner: OWNER, by: 'service:demo' }))) continue;
    isFirst = true;
    // Not `switched`: there is nothing yet to forecast from.
    await jobs.scheduleOnly(name, '');
  }
  if (!isFirst) return undefined;
  await jobs.keepForgetting();
  let looks = 0;
  let timer: NodeJS.Timeout;
  const look = async () => {
    looks += 1;
    for (const use of ON.filter((each) => each.endsWith('-forecast'))) {
      const data = { tenant: '', use, onlyMissing: true };
      if (await register.isOn(use, '')) await jobs.forecast.enqueue(data, { key: `missing/${use}` });
    }
    if (looks === 1 || looks > QUICK_LOOKS) await jobs.score.enqueue({ tenant: '' }, { key: '' });
    if (looks <= 2) await jobs.learn.enqueue({ tenant: '' }, { key: '' });
    if (looks < MOST_LOOKS) next(LOOK_EVERY_MS);
  };
  const next = (ms: number) => {
    timer = setTimeout(() => {
      look().catch((err: unknown) => logger.warn({ err }, 'the demo could not be looked at'));
    }, ms);
  };
  next(FIRST_LOOK_MS);
  return async () => clearTimeout(timer);
}
