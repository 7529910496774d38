import { percentile, quantileOf } from '../chance/distributions.ts';
import { uniforms } from '../chance/xoshiro.ts';
import type { Factor, Model } from '../contract/model.ts';
import type { Band, Goal, VariantResult } from '../contract/scenario.ts';
import { type CompiledModel, compileModel, givenBy, placeOf } from '../model/compile-model.ts';
import { balanceOf, type Flow, flowsOf } from './balance.ts';

interface VariantInput {
  readonly name: string;
  readonly levers: Readonly<Record<string, number>>;
  /** What the functions of the model gave for these levers. */
  readonly computed?: Readonly<Record<string, number>>;
}

export interface SimulationInput {
  readonly model: Model;
  readonly variants: readonly VariantInput[];
  /** Central values that replace those of the model. */
  readonly factors?: Readonly<Record<string, number>>;
  readonly years: number;
  readonly discountRate: number;
  readonly seed: number;
  readonly draws: number;
  readonly goals: readonly Goal[];
}

interface Run {
  readonly compiled: CompiledModel;
  readonly flows: readonly Flow[];
  readonly input: SimulationInput;
  readonly uncertain: readonly { readonly factor: Factor; readonly place: number; readonly draws: Float64Array }[];
}

const TORNADO = { low: 0.1, high: 0.9, most: 8 } as const;
const BALANCE = 'balance';

/**
 * Computes variants of a model with central values, and with its factors drawn by chance. All variants see the same
 * draws, so that their difference is not blurred by chance.
 *
 * @throws ModelFault
 */
export function simulate(given: SimulationInput): VariantResult[] {
  const { model: document, factors: changed = {}, seed, draws } = given;
  const model = { ...document, factors: document.factors.map((factor) => withValue(factor, changed[factor.id])) };
  const compiled = compileModel(model);
  const uncertain = model.factors
    .filter(({ distribution }) => distribution !== 'fixed')
    .map((factor) => {
      const [next, quantile] = [uniforms(seed, factor.id), quantileOf(factor)];
      const values = new Float64Array(draws).map(() => quantile(next()));
      return { factor, place: placeOf(compiled.places, factor.id), draws: values };
    });
  const run: Run = { compiled, flows: flowsOf(compiled), input: { ...given, model }, uncertain };
  return given.variants.map((variant) => resultOf(run, variant));
}

/** A factor whose value is set by a person is no longer uncertain. */
function withValue(factor: Factor, value: number | undefined): Factor {
  return value === undefined ? factor : { ...factor, value, low: value, high: value, distribution: 'fixed' };
}

/** The values of a variant with central factors. @param given levers, and what functions gave */
export function centralValues(compiled: CompiledModel, given: Readonly<Record<string, number>>): Float64Array {
  const values = compiled.start();
  for (const { id, min } of compiled.model.levers) values[placeOf(compiled.places, id)] = given[id] ?? min;
  for (const { id } of givenBy(compiled.model)) values[placeOf(compiled.places, id)] = given[id] ?? Number.NaN;
  compiled.run(values);
  return values;
}

function resultOf(run: Run, { name, levers, computed }: VariantInput): VariantResult {
  const { compiled, flows, input, uncertain } = run;
  const { model } = compiled;
  const central = centralValues(compiled, { ...levers, ...computed });
  const measures = model.outputs.map(({ id, is }) => {
    const place = placeOf(compiled.places, is);
    return { id, of: (values: Float64Array) => values[place] as number };
  });
  if (flows.length > 0) measures.push({ id: BALANCE, of: (values) => balanceOf(flows, values, input) });
  const drawn = measures.map(() => new Float64Array(input.draws));
  const values = central.slice();
  for (let draw = 0; draw < input.draws; draw += 1) {
    for (const { place, draws } of uncertain) values[place] = draws[draw] as number;
    compiled.run(values);
    measures.forEach(({ of }, at) => {
      (drawn[at] as Float64Array)[draw] = of(values);
    });
  }
  const bands = measures.map(({ id, of }, at) => ({ id, ...bandOf(of(central), (drawn[at] as Float64Array).sort()) }));
  const measureOf = (id: string) => measures.findIndex((measure) => measure.id === id);
  return {
    name,
    levers,
    ...(computed && { computed }),
    outputs: bands.filter(({ id }) => id !== BALANCE),
    ...balanceMembers(run, central, bands, drawn[measureOf(BALANCE)]),
    goals: input.goals.map((goal) => ({ ...goal, chance: chanceOf(drawn[measureOf(goal.output)], goal) })),
    tornado: tornadoOf(run, central, measures[measureOf(model.main)]?.of),
  };
}

function balanceMembers(
  { flows, input }: Run,
  central: Float64Array,
  bands: readonly (Band & { readonly id: string })[],
  drawn: Float64Array | undefined,
): Pick<VariantResult, 'balance' | 'cumulated'> {
  const band = bands.find(({ id }) => id === BALANCE);
  if (band === undefined || drawn === undefined) return {};
  const { id: _id, ...balance } = band;
  return {
    balance: { ...balance, chance: chanceOf(drawn, { output: BALANCE, atLeast: 0 }) },
    cumulated: Array.from({ length: input.years + 1 }, (_, years) =>
      balanceOf(flows, central, { years, discountRate: input.discountRate }),
    ),
  };
}

function bandOf(value: number, sorted: Float64Array): Band {
  const mean = sorted.reduce((sum, each) => sum + each, 0) / sorted.length;
  const of = (share: number) => percentile(sorted, share);
  return { value, mean, low: of(0.05), median: of(0.5), high: of(0.95) };
}

/** The share of draws that reach a goal. */
function chanceOf(drawn: Float64Array | undefined, { atLeast, atMost }: Goal): number {
  if (drawn === undefined || drawn.length === 0) return 0;
  const reached = drawn.filter(
    (value) => (atLeast === undefined || value >= atLeast) && (atMost === undefined || value <= atMost),
  );
  return reached.length / drawn.length;
}

/** The main output with one factor at its 10th and 90th percentile, and the others at their central values. */
function tornadoOf(
  { compiled, uncertain }: Run,
  central: Float64Array,
  of: ((values: Float64Array) => number) | undefined,
): VariantResult['tornado'] {
  if (of === undefined) return [];
  const bars = uncertain.map(({ factor, place }) => {
    const quantile = quantileOf(factor);
    const at = (share: number) => {
      const values = central.slice();
      values[place] = quantile(share);
      compiled.run(values);
      return of(values);
    };
    return { factor: factor.id, low: at(TORNADO.low), high: at(TORNADO.high) };
  });
  const swing = ({ low, high }: { readonly low: number; readonly high: number }) => Math.abs(high - low);
  return bars
    .filter((bar) => swing(bar) > 0)
    .sort((a, b) => swing(b) - swing(a))
    .slice(0, TORNADO.most);
}
