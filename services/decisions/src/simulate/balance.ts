import type { CompiledModel } from '../model/compile-model.ts';
import { placeOf } from '../model/compile-model.ts';

export interface Flow {
  readonly place: number;
  readonly sign: 1 | -1;
  readonly isYearly: boolean;
  /** Of the share by which it changes each year. */
  readonly changePlace?: number;
}

/** The outputs that are money: what is paid and gained, once or each year. */
export function flowsOf({ model, places }: CompiledModel): Flow[] {
  return model.outputs.flatMap(({ is, when, cash, change }) =>
    cash === undefined || when === 'state'
      ? []
      : [
          {
            place: placeOf(places, is),
            sign: cash === 'gain' ? 1 : -1,
            isYearly: when === 'yearly',
            ...(change !== undefined && { changePlace: placeOf(places, change) }),
          },
        ],
  );
}

/** The present value of all flows over the years: those of year 0 in full, those of a year at its end. */
export function balanceOf(
  flows: readonly Flow[],
  values: Float64Array,
  { years, discountRate }: { readonly years: number; readonly discountRate: number },
): number {
  return flows.reduce((sum, { place, sign, isYearly, changePlace }) => {
    const value = sign * (values[place] as number);
    if (!isYearly) return sum + value;
    const growth = 1 + (changePlace === undefined ? 0 : (values[changePlace] as number));
    return sum + value * presentValue(growth, years, discountRate);
  }, 0);
}

/** Of one euro in the first year, which grows by a factor each year. */
function presentValue(growth: number, years: number, rate: number): number {
  const ratio = growth / (1 + rate);
  const first = 1 / (1 + rate);
  return Math.abs(ratio - 1) < 1e-12 ? first * years : (first * (1 - ratio ** years)) / (1 - ratio);
}
