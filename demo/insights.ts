import type { InsightJobs } from '../services/insights/src/insight-jobs.ts';
import type { InsightParts } from '../services/insights/src/parts.ts';
import { readEvaluations, readUseStates, switchOnFirst } from '../services/insights/src/register/register-rows.ts';
import { lookAgain } from './look-again.ts';

/** The uses that the demo turns on. */
const ON = ['fill-forecast', 'energy-forecast', 'occupancy-forecast', 'anomaly-scores', 'report-suggestions'];
/** Uses of other services: without jobs here. */
const ON_ELSEWHERE = ['assistant-tools'];
const OWNER = 'Service numérique';

/** The demo's history arrives in the background, so the jobs run several times. */
const LOOKS = { afterMs: 25_000, everyMs: 45_000, most: 16 };
/** After this number of runs, usual values are known for more than the containers. */
const QUICK_LOOKS = 4;
/** Scores are evaluated early with the available data, and at the end with all. */
const EVALUATED_AT = [2, 6, LOOKS.most];

/**
 * Turns the demo's uses on, unless somebody has decided otherwise, and runs the jobs while the demo's history arrives.
 * A later start changes nothing.
 */
export async function switchUsesOn({
  db,
  register,
  logger,
  insightJobs: jobs,
}: InsightParts & { readonly insightJobs: InsightJobs }): Promise<(() => Promise<void>) | undefined> {
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
  const look = async (number: number) => {
    for (const use of forecasts) {
      const data = { tenant: '', use, onlyMissing: true };
      if (await register.isOn(use, '')) await jobs.forecast.enqueue(data, { key: `missing/${use}` });
    }
    if (number === 1 || number > QUICK_LOOKS) await jobs.score.enqueue({ tenant: '' }, { key: '' });
    if (EVALUATED_AT.includes(number)) await jobs.evaluate.enqueue({ tenant: '' }, { key: '' });
    if (number <= 2) await jobs.learn.enqueue({ tenant: '' }, { key: '' });
    return false;
  };
  return lookAgain(look, { ...LOOKS, logger });
}
