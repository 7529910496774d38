import type { InsightJobs } from './insight-jobs.ts';
import type { InsightParts } from './parts.ts';
import { readEvaluations, readUseStates, switchOnFirst } from './register/register-rows.ts';

/** Uses that the demo turns on. */
const ON = ['fill-forecast', 'energy-forecast', 'occupancy-forecast', 'anomaly-scores', 'report-suggestions'];
/** Of other services: it has no jobs. */
const ON_ELSEWHERE = ['assistant-tools'];
const OWNER = 'Service numérique';

/** The past of the demo comes in the background: it is looked at as it comes. */
const FIRST_LOOK_MS = 25_000;
const LOOK_EVERY_MS = 45_000;
const MOST_LOOKS = 16;
/** After these, what is usual is known of more than the containers. */
const QUICK_LOOKS = 4;
/** Scores are evaluated early on what there is, and at the end on all. */
const EVALUATED_AT = [2, 6, MOST_LOOKS];

/**
 * Turns the demo's uses on, unless somebody has decided otherwise, and has them look as the past of the demo comes. A later
 * start finds what there is.
 */
export async function putDemo(parts: InsightParts, jobs: InsightJobs): Promise<(() => Promise<void>) | undefined> {
  const { db, register, logger } = parts;
  const by = 'service:demo';
  for (const name of ON_ELSEWHERE.filter((each) => register.uses.has(each))) {
    await switchOnFirst(db, '', name, { owner: OWNER, by });
  }
  for (const name of ON) {
    if (!(await switchOnFirst(db, '', name, { owner: OWNER, by }))) continue;
    // Not `switched`: there is nothing yet to forecast from.
    await jobs.scheduleOnly(name, '');
  }
  await jobs.keepForgetting();
  const evaluated = await readEvaluations(db, '');
  const states = await readUseStates(db, '');
  const forecasts = ON.filter((name) => name.endsWith('-forecast') && states.get(name)?.isOn === true);
  if (forecasts.every((name) => evaluated.has(name))) return undefined;
  let looks = 0;
  let timer: NodeJS.Timeout;
  const look = async () => {
    looks += 1;
    for (const use of forecasts) {
      const data = { tenant: '', use, onlyMissing: true };
      if (await register.isOn(use, '')) await jobs.forecast.enqueue(data, { key: `missing/${use}` });
    }
    if (looks === 1 || looks > QUICK_LOOKS) await jobs.score.enqueue({ tenant: '' }, { key: '' });
    if (EVALUATED_AT.includes(looks)) await jobs.evaluate.enqueue({ tenant: '' }, { key: '' });
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
