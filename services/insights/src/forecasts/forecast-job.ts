import type { AiEvaluation, AiFigure } from '@alzette/kit/ai-uses';
import { flatSamples, mean } from '@alzette/kit/forecasting';
import { type EntityQuery, queryAll } from '@alzette/ngsi-ld-schemas';
import { departmentAt, readAssets, readSamples } from '../assets/read-assets.ts';
import { FORECAST_TARGETS, type ForecastTarget } from '../assets/target.ts';
import type { InsightParts } from '../parts.ts';
import {
  entityOf,
  FORECAST_TYPE,
  type ForecastMethod,
  forecastIdOf,
  type MadeForecast,
  rounded,
} from './forecast-entity.ts';
import { FORECAST } from './forecast-task.ts';

const DAY = 86_400_000;
/** The days of history to read. */
const HISTORY_DAYS = 70;
const AT_ONCE = 10;
const PAGE = 500;

interface ForecastOrder {
  readonly tenant: string;
  readonly use: string;
  /** Keeps existing forecasts. */
  readonly onlyMissing?: boolean;
}

/**
 * Makes all forecasts of a use in a tenant again. @returns the number of forecasts, and of assets with too little
 * history
 */
export async function forecastAll(
  parts: InsightParts,
  { tenant, use, onlyMissing = false }: ForecastOrder,
  { signal, now = Date.now() }: { readonly signal?: AbortSignal; readonly now?: number } = {},
): Promise<{ readonly forecasts: number; readonly tooLittle: number }> {
  if (!(await parts.register.isOn(use, tenant))) return { forecasts: 0, tooLittle: 0 };
  const made: MadeForecast[] = [];
  const known = onlyMissing ? await knownForecasts(parts, { tenant, use }) : [];
  const existing = new Set(known.map(({ id }) => id));
  let tooLittle = 0;
  for (const target of FORECAST_TARGETS[use] ?? []) {
    const all = await readAssets(parts, tenant, target);
    const assets = all.filter(({ id }) => !existing.has(forecastIdOf(id, target.attribute)));
    for (let start = 0; start < assets.length; start += AT_ONCE) {
      signal?.throwIfAborted();
      const some = await forecastSome(parts, tenant, target, assets.slice(start, start + AT_ONCE), now);
      await writeForecasts(parts, tenant, use, some);
      made.push(...some);
      tooLittle += Math.min(AT_ONCE, assets.length - start) - some.length;
    }
  }
  if (!onlyMissing) await removeForecasts(parts, { tenant, use }, new Set(made.map(idOf)));
  if (made.length > 0) {
    const now = await knownForecasts(parts, { tenant, use });
    await parts.register.evaluated(use, tenant, evaluationOf(now.map(({ forecastMethod }) => forecastMethod)));
  }
  return { forecasts: made.length, tooLittle };
}

async function forecastSome(
  parts: InsightParts,
  tenant: string,
  target: ForecastTarget,
  assets: Awaited<ReturnType<typeof readAssets>>,
  now: number,
): Promise<MadeForecast[]> {
  const { compute } = parts;
  const territory = parts.territories.of(tenant);
  const samples = await readSamples(parts, tenant, target, assets, { from: now - HISTORY_DAYS * DAY, to: now });
  const given = assets.map((asset) => {
    const department = departmentAt(territory, asset);
    return { asset, department, samples: flatSamples(samples.get(asset.id) ?? []) };
  });
  return compute.run(FORECAST, { target, timeZone: territory.timeZone, now, assets: given }, { tenant });
}

async function writeForecasts(
  { client, context, register, logger }: InsightParts,
  tenant: string,
  use: string,
  made: readonly MadeForecast[],
): Promise<void> {
  if (made.length === 0) return;
  const entities = [];
  for (const each of made) {
    const { method, isBaseline, evaluation } = each.forecast;
    const output = await register.log({
      use,
      tenant,
      about: each.asset.id,
      key: idOf(each),
      output: { attribute: each.target.attribute, first: each.points[0], last: each.points.at(-1) },
      why: {
        method,
        isBaseline,
        days: each.days,
        errors: Object.fromEntries(Object.entries(evaluation.errors).map(([name, error]) => [name, rounded(error)])),
      },
    });
    if (output === '') return; // the use was turned off in the meantime
    entities.push(entityOf(each, use, output));
  }
  const { errors } = await client.batchUpsert(entities, { update: true, tenant, context });
  if (errors[0]) logger.warn({ detail: errors[0].error.detail }, 'could not write a forecast');
}

/** Removes forecasts of a use: those of deleted assets, or all when it is turned off. */
export async function removeForecasts(
  parts: Pick<InsightParts, 'client' | 'context'>,
  { tenant, use }: ForecastOrder,
  stay: ReadonlySet<string> = new Set(),
): Promise<void> {
  const { client, context } = parts;
  for (const { id } of await knownForecasts(parts, { tenant, use })) {
    if (!stay.has(id)) await client.deleteEntity(id, { tenant, context });
  }
}

/** The stored forecasts of a use. */
async function knownForecasts(
  { client, context }: Pick<InsightParts, 'client' | 'context'>,
  { tenant, use }: ForecastOrder,
): Promise<{ readonly id: string; readonly forecastMethod: ForecastMethod }[]> {
  const query: EntityQuery = {
    type: FORECAST_TYPE,
    q: `aiUse=="${use}"`,
    tenant,
    context,
    format: 'simplified',
    pick: ['id', 'type', 'forecastMethod'],
    limit: PAGE,
  };
  return Array.fromAsync(queryAll<{ id: string; forecastMethod: ForecastMethod }>(client, query));
}

function idOf({ asset, target }: MadeForecast): string {
  return forecastIdOf(asset.id, target.attribute);
}

/** The accuracy of all forecasts of a use, by target. */
function evaluationOf(methods: readonly ForecastMethod[]): AiEvaluation {
  const figures = [...Map.groupBy(methods, ({ group }) => group)].flatMap(([of, own]): AiFigure[] => {
    const cases = own.reduce((sum, each) => sum + each.cases, 0);
    const covered = own.reduce((sum, { coverage, cases: count }) => sum + coverage * count, 0);
    return [
      {
        name: 'error',
        of,
        value: rounded(mean(own.map(({ error }) => error))),
        baseline: rounded(mean(own.map(({ baselineError }) => baselineError))),
      },
      { name: 'coverage', of, value: rounded(covered / cases), promised: own[0]?.promised ?? 0 },
    ];
  });
  return {
    cases: methods.reduce((sum, { cases }) => sum + cases, 0),
    figures,
    baselineUsed: { of: methods.filter(({ isBaseline }) => isBaseline).length, all: methods.length },
  };
}
