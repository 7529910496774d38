import type { AiEvaluation, AiFigure } from '@alzette/kit/ai-uses';
import { flatSamples } from '@alzette/kit/forecasting';
import { type Asset, departmentAt, readAssets, readSamples } from '../assets/read-assets.ts';
import { type Target, WATCHED } from '../assets/target.ts';
import { rounded } from '../forecasts/forecast-entity.ts';
import type { InsightParts } from '../parts.ts';
import { ANOMALY_USE } from './anomaly-job.ts';
import { type FaultFigures, faultFigures } from './fault-figures.ts';
import { TRIALS } from './trial-task.ts';
import { type FaultTrial, LEARN_DAYS } from './try-faults.ts';

const DAY = 86_400_000;
const HISTORY_DAYS = 2 * LEARN_DAYS;
/** The maximum number of assets to evaluate for each target. */
const MAX_ASSETS = 10;
/** With fewer faults, a comparison with the simple method is not conclusive. */
const MIN_FAULTS = 10;

/** Adds artificial faults to a tenant's recent series, searches for them, and stores the figures in the register. */
export async function evaluateScores(
  parts: InsightParts,
  tenant: string,
  { signal, now = Date.now() }: { readonly signal?: AbortSignal; readonly now?: number } = {},
): Promise<{ readonly series: number; readonly faults: number }> {
  if (!(await parts.register.isOn(ANOMALY_USE, tenant))) return { series: 0, faults: 0 };
  const groups = new Map<string, FaultTrial[]>();
  for (const target of WATCHED) {
    signal?.throwIfAborted();
    const assets = someOf(await readAssets(parts, tenant, target), MAX_ASSETS);
    const trials = assets.length === 0 ? [] : await tryTarget(parts, tenant, target, assets, now);
    if (trials.length > 0) groups.set(target.name, [...(groups.get(target.name) ?? []), ...trials]);
  }
  const figures = [...groups].map(([name, trials]) => ({ name, ...faultFigures(trials) }));
  const tried = figures.filter(({ faults }) => faults > 0);
  if (tried.length > 0) await parts.register.evaluated(ANOMALY_USE, tenant, evaluationOf(tried));
  return { series: sum(tried.map(({ series }) => series)), faults: sum(tried.map(({ faults }) => faults)) };
}

async function tryTarget(
  parts: InsightParts,
  tenant: string,
  target: Target,
  assets: readonly Asset[],
  now: number,
): Promise<FaultTrial[]> {
  const { compute } = parts;
  const territory = parts.territories.of(tenant);
  const samples = await readSamples(parts, tenant, target, assets, { from: now - HISTORY_DAYS * DAY, to: now });
  const given = assets.map((asset) => ({
    max: asset.max,
    department: departmentAt(territory, asset),
    samples: flatSamples(samples.get(asset.id) ?? []),
  }));
  return compute.run(TRIALS, { target, timeZone: territory.timeZone, now, assets: given }, { tenant });
}

/** A sample of the list, evenly spaced. */
function someOf<T>(list: readonly T[], most: number): T[] {
  const stride = Math.ceil(list.length / most);
  return list.filter((_, i) => i % stride === 0);
}

function evaluationOf(groups: readonly (FaultFigures & { readonly name: string })[]): AiEvaluation {
  const figures = groups.flatMap(({ name: of, own, plain }): AiFigure[] => [
    { name: 'recall', of, value: rounded(own.recall), baseline: rounded(plain.recall) },
    { name: 'falseAlarms', of, value: rounded(own.falsePerYear), baseline: rounded(plain.falsePerYear) },
  ]);
  return {
    cases: sum(groups.map(({ faults }) => faults)),
    figures,
    notUsed: groups.filter(({ isBetter, faults }) => !isBetter && faults >= MIN_FAULTS).map(({ name }) => name),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
