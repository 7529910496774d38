import type { Golden, Model } from '../contract/model.ts';
import { compileModel, ModelFault, placeOf } from '../model/compile-model.ts';
import { balanceOf, flowsOf } from './balance.ts';
import { centralValues } from './simulate.ts';

const YEARS = 20;
const DISCOUNT_RATE = 0.032;

/** What a golden example says of the model: each number with what the model gives. */
export interface GoldenResult {
  readonly title: string;
  readonly checks: readonly {
    readonly name: string;
    readonly expected: number;
    readonly got: number;
    readonly isMet: boolean;
  }[];
}

/** @throws ModelFault */
export function tryGolden(model: Model): GoldenResult[] {
  return model.golden.map((golden) => ({ title: golden.title, checks: checksOf(model, golden) }));
}

/** @throws ModelFault names the first number that differs */
export function checkGolden(model: Model): void {
  tryGolden(model).forEach(({ title, checks }, at) => {
    const wrong = checks.find(({ isMet }) => !isMet);
    if (wrong === undefined) return;
    const { name, got, expected } = wrong;
    throw new ModelFault(`golden.${at}.expected.${name}`, `${title}: the model gives ${got}, expected ${expected}`);
  });
}

function checksOf(
  model: Model,
  { levers, factors = {}, given = {}, expected, tolerance, years = YEARS, discountRate = DISCOUNT_RATE }: Golden,
): GoldenResult['checks'] {
  const set = model.factors.map((factor) => ({ ...factor, value: factors[factor.id] ?? factor.value }));
  const central = { ...model, factors: set.map((factor) => ({ ...factor, distribution: 'fixed' as const })) };
  const compiled = compileModel(central);
  const usual = Object.fromEntries(
    model.levers.flatMap(({ id, default: value }) => (typeof value === 'number' ? [[id, value]] : [])),
  );
  const values = centralValues(compiled, { ...usual, ...levers, ...given });
  return Object.entries(expected).map(([name, value]) => {
    const output = model.outputs.find(({ id }) => id === name);
    const got =
      name === 'balance'
        ? balanceOf(flowsOf(compiled), values, { years, discountRate })
        : (values[placeOf(compiled.places, output?.is ?? name)] as number);
    const isMet = Math.abs(got - value) <= tolerance * Math.max(Math.abs(value), 1e-9);
    return { name, expected: value, got, isMet };
  });
}
