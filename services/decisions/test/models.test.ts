import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseExpression } from '@alzette/kit/expression-tree';
import { normal, percentile, quantileOf } from '../src/chance/distributions.ts';
import { poissonInterval } from '../src/chance/poisson.ts';
import { uniforms, xoshiro128 } from '../src/chance/xoshiro.ts';
import type { Factor, Model } from '../src/contract/model.ts';
import { readLibrary } from '../src/library/library.ts';
import { annuity, compileFormula } from '../src/model/compile-formula.ts';
import { compileModel } from '../src/model/compile-model.ts';
import { explain } from '../src/model/explain.ts';
import { tryGolden } from '../src/simulate/golden.ts';
import { centralValues, simulate } from '../src/simulate/simulate.ts';

const { models } = readLibrary();
const DRAWS = 20_000;

function modelOf(name: string): Model {
  const model = models.get(name);
  assert.ok(model, name);
  return model;
}

/** The value of a model for levers, with its factors as they are or changed. */
function computed(
  name: string,
  levers: Record<string, number>,
  what: string,
  factors: Record<string, number> = {},
): number {
  const model = modelOf(name);
  const set = model.factors.map((f) => ({ ...f, value: factors[f.id] ?? f.value, distribution: 'fixed' as const }));
  const compiled = compileModel({ ...model, factors: set });
  const usual = model.levers.map(
    ({ id, default: value, min }) => [id, typeof value === 'number' ? value : min] as const,
  );
  return centralValues(compiled, { ...Object.fromEntries(usual), ...levers })[
    compiled.places.get(what) as number
  ] as number;
}

function near(got: number, expected: number, tolerance = 0.01): void {
  assert.ok(Math.abs(got - expected) <= tolerance * Math.abs(expected), `got ${got}, expected ${expected}`);
}

test('every ready model is valid, and meets the golden examples that travel with it', () => {
  assert.equal(models.size, 10);
  for (const [name, model] of models) {
    const wrong = tryGolden(model).flatMap(({ checks }) => checks.filter(({ isMet }) => !isMet));
    assert.deepEqual(wrong, [], name);
  }
});

test('the renovation model agrees with heat losses that are added by hand, wall by wall', () => {
  const measures = { wall: [1000, 1.5, 0.25], roof: [1000, 1.2, 0.15], window: [400, 3, 1.4] } as const;
  const kilowattHours = (wattsPerKelvin: number) => (24 * wattsPerKelvin * 2850 * 0.75) / 1000 / 0.85;
  let saved = 0;
  for (const [area, before, after] of Object.values(measures)) saved += kilowattHours(area * (before - after));
  saved += kilowattHours(0.34 * 6000 * 0.8 * 0.5);
  near(saved, 226_686, 0.0001); // the digest of the measures: 75 441 + 63 371 + 38 626 + 49 248
  near(computed('building-renovation', {}, 'heatSaved', { realised: 1 }), saved);
  // A new boiler and insulation together save less than the sum of each alone.
  const boiler = (efficiency: number, isInsulated: boolean) =>
    computed('building-renovation', {}, isInsulated ? 'heatAfter' : 'heatBefore', { efficiency });
  near(boiler(0.85, false) - boiler(0.95, false), 40_227);
  near(boiler(0.85, false) - boiler(0.95, true), 243_051);
});

test('the generator gives the numbers of its reference implementation, and a factor keeps its draws beside others', () => {
  const draw = xoshiro128([1, 2, 3, 4]);
  const drawn = Array.from({ length: 6 }, draw);
  assert.deepEqual(drawn, [11520, 0, 5927040, 70819200, 2031721883, 1637235492]);
  const alone = simulate(inputOf('trees', { trees: 500, area: 50 }, { draws: 500 }))[0];
  const { factors, ...model } = modelOf('trees');
  const extra: Factor = { ...(factors[0] as Factor), id: 'another', distribution: 'uniform' };
  const input = inputOf('trees', { trees: 500, area: 50 }, { draws: 500 });
  const beside = simulate({ ...input, model: { ...model, factors: [extra, ...factors] } })[0];
  assert.deepEqual(beside?.outputs, alone?.outputs);
});

test('draws have the moments and percentiles of their closed forms', () => {
  const sample = (seed: number, distribution: Factor['distribution'], low: number, value: number, high: number) => {
    const factor = { ...(modelOf('trees').factors[0] as Factor), distribution, low, value, high };
    const [next, quantile] = [uniforms(seed, distribution), quantileOf(factor)];
    return new Float64Array(DRAWS).map(() => quantile(next()));
  };
  const momentsOf = (values: Float64Array) => {
    const mean = values.reduce((sum, each) => sum + each, 0) / DRAWS;
    return { mean, variance: values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / DRAWS };
  };
  const within = (got: number, expected: number, error: number) =>
    assert.ok(Math.abs(got - expected) < 4 * error, `got ${got}, expected ${expected}`);

  const z = 1.6448536269514722;
  const [a, b] = [
    sample(1, 'normal', 100 - 10 * z, 100, 100 + 10 * z),
    sample(2, 'normal', 50 - 5 * z, 50, 50 + 5 * z),
  ];
  const sum = a.map((each, at) => each + (b[at] as number));
  within(momentsOf(sum).mean, 150, 11.1803 / DRAWS ** 0.5);
  within(percentile(sum.slice().sort(), 0.05), 131.609, 0.0211 * 11.18);
  within(sum.filter((each) => each >= 160).length / DRAWS, 0.18555, 0.0028);

  const spread = (factor: number, middle: number) => [middle / factor ** z, middle, middle * factor ** z] as const;
  const c = sample(3, 'lognormal', ...spread(1.2, 100));
  const product = sample(4, 'lognormal', ...spread(1.3, 0.2))
    .map((each, at) => each * (c[at] as number))
    .sort();
  near(percentile(product, 0.05), 11.825, 0.03);
  near(percentile(product, 0.5), 20, 0.02);
  near(percentile(product, 0.95), 33.827, 0.03);
  near(momentsOf(product).mean, 21.047, 0.02);

  const triangular = sample(5, 'triangular', 10, 15, 30);
  within(momentsOf(triangular).mean, 18.3333, 4.249 / DRAWS ** 0.5);
  near(momentsOf(triangular).variance, 18.0556, 0.04);
  near(percentile(triangular.slice().sort(), 0.95), 26.127, 0.01);
  const pert = sample(6, 'pert', 10, 15, 30);
  within(momentsOf(pert).mean, 16.6667, 3.563 / DRAWS ** 0.5);
  near(momentsOf(pert).variance, 12.698, 0.05);
  near(normal(0.975), 1.959963985, 1e-8);
});

test('discounting, blocking and small counts agree with published numbers', () => {
  near(annuity(0.032, 15), 11.7671, 1e-5);
  near(annuity(0.032, 30), 19.1033, 1e-5);
  const blocked = compileFormula(parseExpression('a|erlangB(n)'), (name) => (name === 'a' ? 0 : 1));
  near(blocked(Float64Array.of(1.5, 2)), 0.3103, 0.001);
  near(blocked(Float64Array.of(1.5, 4)), 0.048, 0.001);
  near(blocked(Float64Array.of(4, 10)), 0.0053, 0.01);
  const five = poissonInterval(5);
  near((five.low / 1200) * 1000, 1.4, 0.04);
  near((five.high / 1200) * 1000, 9.7, 0.01);
  near((poissonInterval(60).high / 10_500) * 1000, 7.4, 0.01);
});

test('the bars of a tornado are the ends of each factor alone, the largest first', () => {
  const [variant] = simulate(inputOf('trees', { trees: 500, area: 50 }, { draws: 100 }));
  const [first] = variant?.tornado ?? [];
  assert.equal(first?.factor, 'coolingPerPoint');
  const deviation = (0.0482 - 0.0048) / (2 * 1.6448536269514722);
  near(first?.low ?? 0, 2.125 * (0.0265 - 1.2815515655 * deviation), 1e-6);
});

test('a number is explained by its formula, the shares of its terms, and the sources of its parts', () => {
  const compiled = compileModel(modelOf('building-renovation'));
  const values = centralValues(compiled, {
    floorArea: 2000,
    wallArea: 1000,
    roofArea: 1000,
    windowArea: 400,
    groundArea: 1000,
  });
  const parts = explain(compiled, values, 'heatSaved');
  assert.equal(new Set(parts.map(({ id }) => id)).size, parts.length);
  const losses = parts.find(({ id }) => id === 'lossBefore');
  near(losses?.terms?.reduce((sum, { share = 0 }) => sum + share, 0) ?? 0, 1, 1e-9);
  assert.match(parts.find(({ id }) => id === 'efficiency')?.source?.title ?? '', /./);
});

test('a model with a cycle, mixed units, an unknown name or a bare number is refused with the place and what was expected', () => {
  const model = modelOf('trees');
  const faultOf = (equations: Model['equations']) => {
    try {
      compileModel({ ...model, equations: [...model.equations, ...equations] });
      return 'none';
    } catch (cause) {
      return `${(cause as { field: string }).field}: ${(cause as Error).message}`;
    }
  };
  const at = model.equations.length;
  assert.equal(
    faultOf([
      { id: 'a', unit: '1', is: 'b' },
      { id: 'b', unit: '1', is: 'a' },
    ]),
    `equations.${at}.is: got a cycle a → b → a, expected none`,
  );
  assert.match(faultOf([{ id: 'a', unit: '1', is: 'trees + area' }]), /a sum of tree and ha, expected one unit/);
  assert.match(
    faultOf([{ id: 'a', unit: 'ha', is: 'trees * area' }]),
    /declared in ha, but its formula gives tree\*ha/,
  );
  assert.match(faultOf([{ id: 'a', unit: '1', is: 'nothing' }]), /got the name "nothing", expected a lever/);
  assert.match(
    faultOf([{ id: 'a', unit: 'tree', is: '3.5 * trees' }]),
    /got the number 3.5, expected the name of a factor/,
  );
  assert.match(
    faultOf([{ id: 'a', unit: '1', is: '"x"|uppercase' }]),
    /got "x", expected a number|got the function uppercase/,
  );
});

test('measures that act on separate levers add up in any order, and variants see the same draws', () => {
  const effect = (levers: Record<string, number>) =>
    computed('building-renovation', { wallU: 1.5, roofU: 1.2, windowU: 3, recovery: 0, ...levers }, 'heatSaved');
  near(effect({ wallU: 0.25 }) + effect({ roofU: 0.15 }), effect({ roofU: 0.15, wallU: 0.25 }), 1e-9);
  const input = inputOf('trees', { trees: 500, area: 50 }, { draws: 300 });
  const twin = { name: 'twin', levers: input.variants[0]?.levers ?? {} };
  const [one, two] = simulate({ ...input, variants: [...input.variants, twin] });
  assert.deepEqual(one?.outputs, two?.outputs);
});

function inputOf(
  name: string,
  levers: Record<string, number>,
  { years = 20, draws = 200 }: { readonly years?: number; readonly draws?: number } = {},
) {
  const model = modelOf(name);
  const usual = model.levers.map(
    ({ id, default: value, min }) => [id, typeof value === 'number' ? value : min] as const,
  );
  const variants = [{ name: 'one', levers: { ...Object.fromEntries(usual), ...levers } }];
  return { model, variants, years, discountRate: 0.032, seed: 11, draws, goals: [] };
}
