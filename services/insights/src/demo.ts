import type { InsightJobs } from './insight-jobs.ts';
import type { InsightParts } from './parts.ts';
import { readEvaluations, readUseStates, switchOnFirst } from './register/register-rows.ts';

/** The uses that the demo turns on. */
const ON = ['fill-forecast', 'energy-forecast', 'occupancy-forecast', 'anomaly-scores', 'report-suggestions'];
/** Uses of other services: without jobs here. */
const ON_ELSEWHERE = ['assistant-tools'];
const OWNER = 'Service numérique';

/** The demo's history arrives in the background, so the jobs run several times. */
const FIRST_LOOK_MS = 25_000;
const LOOK_EVERY_MS = 45_000;
const MAX_RUNS = 16;
/** After this number of runs, usual values are known for more than the containers. */
const QUICK_LOOKS = 4;
/** Scores are evaluated early with the available data, and at the end with all. */
const EVALUATED_AT = [2, 6, MAX_RUNS];

/**
 * Turns the demo's uses on, unless somebody has decided otherwise, and runs the jobs while the demo's history arrives.
 * A later start changes nothing.
 */
export async function putDemo(parts: InsightParts, jobs: InsightJobs): Promise<(() => Promise<void>) | undefined> {
  const { db, register, logger } = parts;
  const by = 'service:demo';
  for (const name of ON_ELSEWHERE.filter((each) => register.uses.has(each))) {
    await switchOnFirst(db, '', name, { owner: OWNER, by });
  }
  for (const name of ON) {
    const isFirst = await switchOnFirst(db, '', name, { owner: OWNER, by });
    // Not `switched`, because there is no data yet for forecasts. Also if an earlier start was killed before this line.
    if (isFirst || (await register.isOn(name, ''))) await jobs.scheduleOnly(name, '');
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
    if (looks < MAX_RUNS) next(LOOK_EVERY_MS);
  };
  const next = (ms: number) => {
    timer = setTimeout(() => {
      look().catch((err: unknown) => logger.warn({ err }, 'could not check the demo'));
    }, ms);
  };
  next(FIRST_LOOK_MS);
  return async () => clearTimeout(timer);
}
