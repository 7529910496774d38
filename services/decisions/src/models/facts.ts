import { compileExpression } from '@alzette/kit/expressions';
import type { CommuneInfo } from '@alzette/kit/service';
import type { Model } from '../contract/model.ts';
import type { Library } from '../library/library.ts';
import { type Asked, type KpiSeries, readSeries } from '../statistics/kpi-entities.ts';

/**
 * What is known of the territory, for the defaults of levers: statistics by the name of their variable, and indicators by
 * their id, `lampPower` being the value and `lampsSum` the numerator. What is not known of all communes is absent.
 */
export type Facts = Readonly<Record<string, number>>;

export interface KnownFacts {
  /** Of these communes together. @param slugs absent: all */
  of(slugs?: readonly string[]): Facts;
}

/** Reads facts with the rights of the client. */
export async function readFacts(asked: Asked, library: Library, communes: readonly CommuneInfo[]): Promise<KnownFacts> {
  // Cells and other places are many, and no facts.
  const products = [...library.flows].flatMap(([id, { place, variables }]) =>
    place.level === 'commune' ? variables.map((variable) => `${id}/${variable.id}`) : [],
  );
  const [statistics, indicators] = await Promise.all([
    readSeries(asked, 'statistic', ...products),
    readSeries(asked, 'indicator'),
  ]);
  return {
    of(slugs) {
      const chosen = communes.filter(({ slug }) => slugs === undefined || slugs.includes(slug));
      return { ...statisticFacts(statistics, library, chosen), ...indicatorFacts(indicators, chosen) };
    },
  };
}

function statisticFacts(all: readonly KpiSeries[], { flows }: Library, chosen: readonly CommuneInfo[]): Facts {
  const facts: Record<string, number> = {};
  for (const [id, { variables, place }] of flows) {
    if (place.level !== 'commune') continue;
    for (const { id: variable, isAddable } of variables) {
      if (!isAddable) continue;
      const values = chosen.map(({ code }) =>
        latest(all.find(({ product, area }) => product === `${id}/${variable}` && area === code)),
      );
      const sum = sumOfAll(values.map((point) => point?.value));
      if (sum !== undefined) facts[variable] = sum;
    }
  }
  return facts;
}

function indicatorFacts(all: readonly KpiSeries[], chosen: readonly CommuneInfo[]): Facts {
  const facts: Record<string, number> = {};
  for (const product of new Set(all.map((series) => series.product))) {
    const points = chosen.map(({ slug }) => latest(all.find((each) => each.product === product && each.area === slug)));
    const above = sumOfAll(points.map((point) => point?.numerator));
    const below = sumOfAll(points.map((point) => point?.denominator));
    const name = product.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    if (above !== undefined) facts[`${name}Sum`] = above;
    if (above !== undefined && below !== undefined && below !== 0) facts[name] = above / below;
  }
  return facts;
}

function latest(series: KpiSeries | undefined) {
  return series?.values
    .toSorted((a, b) => a.period.localeCompare(b.period))
    .findLast(({ value }) => value !== undefined);
}

function sumOfAll(values: readonly (number | undefined)[]): number | undefined {
  if (values.length === 0 || values.includes(undefined)) return undefined;
  return values.reduce<number>((sum, value = 0) => sum + value, 0);
}

/** The defaults of levers, within their ranges. */
export function defaultsOf({ levers }: Model, facts: Facts): Record<string, number> {
  return Object.fromEntries(
    levers.map(({ id, default: usual, min, max }) => {
      const value = typeof usual === 'number' ? usual : Number(compileExpression(usual)(facts));
      return [id, Math.min(max, Math.max(min, Number.isFinite(value) ? value : min))];
    }),
  );
}

/** The levers if nothing is done. */
export function todayOf(model: Model, defaults: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(model.levers.map(({ id, min, today }) => [id, today ?? defaults[id] ?? min]));
}
