/** How much an evaluation may still compute: about one unit for each value, character and element that it looks at. */
export interface Budget {
  left: number;
}

/** At most a few milliseconds; a text of the largest message can be changed several times. */
export const BUDGET = 250_000;

/** @throws Error: the expression computes too much */
export function spend(budget: Budget, units: number): void {
  budget.left -= units;
  if (!(budget.left >= 0))
    throw new Error(`the expression computes too much: more than ${BUDGET} characters and values`);
}

/** Pays for a value with all that it contains. @throws Error: the expression computes too much */
export function spendOn(budget: Budget, value: unknown): void {
  if (typeof value === 'string') spend(budget, value.length + 1);
  else if (typeof value !== 'object' || value === null) spend(budget, 1);
  else {
    const values: object[] = [value];
    for (let next = values.pop(); next !== undefined; next = values.pop()) {
      spend(budget, 1);
      for (const [name, held] of Object.entries(next)) {
        spend(budget, name.length);
        if (typeof held === 'object' && held !== null) values.push(held);
        else spend(budget, typeof held === 'string' ? held.length + 1 : 1);
      }
    }
  }
}
