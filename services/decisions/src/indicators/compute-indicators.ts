import { compileExpression, type Expression } from '@alzette/kit/expressions';
import { refused } from '@alzette/kit/problems';
import type { Analyse, CommuneInfo } from '@alzette/kit/service';
import type { Indicator } from '../contract/indicator.ts';
import type { KpiSeries } from '../statistics/kpi-entities.ts';

/** What indicators are computed from. */
export interface Ground {
  readonly communes: readonly CommuneInfo[];
  /** Statistics of communes. */
  readonly statistics: readonly KpiSeries[];
  readonly analyse: Analyse;
  readonly tenant: string;
  /** YYYY-MM-DD */
  readonly today: string;
}

export type Point = KpiSeries['values'][number];
/** By the slug of a commune; `territory` is all together. */
export type Computed = ReadonlyMap<string, readonly Point[]>;

type Input = Indicator['inputs'][string];
/** A statistic that a territory may say itself. */
const POPULATION = 'population';
const hasInhabitants = ({ inhabitants }: CommuneInfo) => inhabitants !== undefined;
export const WHOLE = 'territory';

interface Formulas {
  readonly numerator: Expression;
  readonly denominator: Expression | undefined;
  readonly per: number;
}

/** @throws Problem 400: a formula or an input is invalid */
export function checkIndicator({ inputs, numerator, denominator }: Indicator): void {
  const variables = Object.fromEntries(Object.keys(inputs).map((name) => [name, 1]));
  for (const [field, formula] of Object.entries({ numerator, denominator })) {
    if (formula === undefined) continue;
    const value = tried(field, formula, () => compileExpression(formula)(variables));
    if (typeof value !== 'number' || Number.isNaN(value))
      throw refused(field, formula, `a formula that gives a number from ${Object.keys(inputs).join(', ')}`);
  }
  for (const [name, { statistic, entities }] of Object.entries(inputs)) {
    if ((statistic === undefined) === (entities === undefined))
      throw refused(`inputs.${name}`, undefined, 'either a statistic or entities');
    if (entities !== undefined && entities.measure !== 'count' && entities.attribute === undefined)
      throw refused(`inputs.${name}.entities.attribute`, undefined, 'the attribute to be measured');
  }
}

function tried<T>(field: string, formula: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw refused(field, formula, cause instanceof Error ? cause.message : 'a formula');
  }
}

/** The values of an indicator in each commune, and in all together. */
export async function computeIndicator(indicator: Indicator, ground: Ground): Promise<Computed> {
  const { numerator, denominator, per = 1, inputs } = indicator;
  const formulas: Formulas = {
    numerator: compileExpression(numerator),
    denominator: denominator === undefined ? undefined : compileExpression(denominator),
    per,
  };
  const counted = new Map<string, ReadonlyMap<string, number>>();
  for (const [name, input] of Object.entries(inputs)) {
    if (input.entities !== undefined) counted.set(name, await countsOf(input.entities, ground));
  }
  const periods = periodsOf(indicator, ground);
  const valued = ground.communes.map((commune): [string, readonly Point[]] => [
    commune.slug,
    periods.map((period) => pointOf(formulas, inputs, { commune, period, ground, counted })),
  ]);
  const whole = periods.map((period) => wholeOf(indicator, formulas, period, valued));
  return new Map([...valued, ...(indicator.isAddable ? [[WHOLE, whole] as const] : [])]);
}

/** The years of the first statistic that is not the denominator; without one, today. */
function periodsOf({ inputs, numerator }: Indicator, { statistics, communes, today }: Ground): string[] {
  const own = Object.entries(inputs).find(
    ([name, { statistic }]) => statistic !== undefined && mentions(numerator, name),
  );
  if (own === undefined) return [today];
  const { statistic } = own[1];
  const product = `${statistic?.flow}/${statistic?.variable}`;
  const codes = new Set(communes.map(({ code }) => code));
  const series = statistics.filter((each) => each.product === product && codes.has(each.area));
  if (series.length === 0 && statistic?.variable === POPULATION && communes.some(hasInhabitants)) return [today];
  return [...new Set(series.flatMap(({ values }) => values.map(({ period }) => period)))].sort();
}

function mentions(formula: string, name: string): boolean {
  return formula.split(/[^A-Za-z0-9]+/).includes(name);
}

interface At {
  readonly commune: CommuneInfo;
  readonly period: string;
  readonly ground: Ground;
  readonly counted: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

function pointOf({ numerator, denominator, per }: Formulas, inputs: Indicator['inputs'], at: At): Point {
  const given: Record<string, number> = {};
  for (const [name, input] of Object.entries(inputs)) {
    const { value, status } = inputOf(name, input, at);
    if (value === undefined) return { period: at.period, status };
    given[name] = value;
  }
  const [above, below] = [Number(numerator(given)), denominator === undefined ? undefined : Number(denominator(given))];
  return pointFrom(at.period, above, below, per);
}

function pointFrom(period: string, above: number, below: number | undefined, per: number): Point {
  const value = ((below === undefined ? above : above / below) * per) as number;
  if (!Number.isFinite(value)) return { period, status: 'notAvailable' };
  return { period, value, status: 'observed', numerator: above, ...(below !== undefined && { denominator: below }) };
}

/** A statistic of the year, or else of the nearest earlier one, or of the first. */
function inputOf(
  name: string,
  { statistic }: Input,
  { commune, period, ground, counted }: At,
): { readonly value?: number; readonly status: Point['status'] } {
  if (statistic === undefined) return { value: counted.get(name)?.get(commune.scope) ?? 0, status: 'observed' };
  const product = `${statistic.flow}/${statistic.variable}`;
  const series = ground.statistics.find((each) => each.product === product && each.area === commune.code);
  const values = (series?.values ?? []).toSorted((a, b) => a.period.localeCompare(b.period));
  const found = values.findLast((each) => each.period <= period.slice(0, 4)) ?? values[0];
  if (found === undefined) {
    // So that one catalogue serves places whose statistical office publishes other files.
    const { inhabitants } = commune;
    if (statistic.variable !== POPULATION || inhabitants === undefined) return { status: 'notAvailable' };
    return { status: 'observed', value: inhabitants };
  }
  return { status: found.status, ...(found.value !== undefined && { value: found.value }) };
}

/** Numerators and denominators are added, not rates. With an unknown part there is no sum. */
function wholeOf(
  { denominator }: Indicator,
  { per }: Formulas,
  period: string,
  valued: readonly (readonly [string, readonly Point[]])[],
): Point {
  const points = valued.flatMap(([, own]) => own.find((each) => each.period === period) ?? []);
  const unknown = points.find(({ value }) => value === undefined);
  if (unknown !== undefined) return { period, status: unknown.status };
  const sum = (of: (point: Point) => number | undefined) =>
    points.reduce((total, point) => total + (of(point) ?? 0), 0);
  const below = denominator === undefined ? undefined : sum((point) => point.denominator);
  return pointFrom(
    period,
    sum((point) => point.numerator),
    below,
    per,
  );
}

/** By the scope of communes. */
async function countsOf(
  { type, q, measure, attribute }: NonNullable<Input['entities']>,
  { analyse, tenant }: Ground,
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await analyse(tenant, {
    type,
    ...(q !== undefined && { q }),
    group: [{ by: 'scope' }],
    measure: { kind: measure, ...(attribute !== undefined && { attribute }) },
  });
  const counts = new Map<string, number>();
  for (const { keys, value } of rows) {
    const [scope] = keys;
    if (typeof scope === 'string' && value !== null) counts.set(scope, (counts.get(scope) ?? 0) + value);
  }
  return counts;
}
