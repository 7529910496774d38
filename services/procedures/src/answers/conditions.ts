import type { Answers, Calculation, Condition, Field } from '../contract/form.ts';

/** What conditions and calculations look at: in a repeated part, the row comes before the form. */
export interface Values {
  readonly answers: Answers;
  readonly row?: Answers;
  /** The fields by id, of the row first: calculations need their options. */
  fieldOf(id: string): Field | undefined;
}

/** Whether a field or section with this condition is shown. A value that is missing is not equal to anything. */
export function isShown(condition: Condition | undefined, values: Values): boolean {
  if (condition === undefined) return true;
  if ('all' in condition) return condition.all.every((part) => isShown(part, values));
  if ('any' in condition) return condition.any.some((part) => isShown(part, values));
  const { field, is, value } = condition;
  const got = valueIn(values, field);
  switch (is) {
    case 'filled':
      return !isEmpty(got);
    case 'empty':
      return isEmpty(got);
    case 'equal':
      return !isEmpty(got) && got === value;
    case 'notEqual':
      return !isEmpty(got) && got !== value;
    case 'less':
      return order(got, value) < 0;
    case 'greater':
      return order(got, value) > 0;
    case 'contains':
      return Array.isArray(got)
        ? got.includes(value)
        : typeof got === 'string' && got.toLowerCase().includes(String(value).toLowerCase());
  }
}

export function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

/** Below, at or above 0. Numbers are compared with numbers and texts, such as days, with texts; other values have no order. */
function order(got: unknown, value: unknown): number {
  if (typeof got === 'number' && typeof value === 'number') return got - value;
  if (typeof got === 'string' && typeof value === 'string') return Number(got > value) - Number(got < value);
  return Number.NaN;
}

/** The result of a calculation, rounded. Undefined: it divides by nothing. */
export function calculate(calculation: Calculation, values: Values, decimals = 2): number | undefined {
  const result = exact(calculation, values);
  if (!Number.isFinite(result)) return undefined;
  const factor = 10 ** decimals;
  return Math.round((result + Number.EPSILON * Math.sign(result)) * factor) / factor;
}

function exact(calculation: Calculation, values: Values): number {
  if (typeof calculation === 'number') return calculation;
  if ('field' in calculation) return numberOf(valueIn(values, calculation.field));
  if ('numberOf' in calculation) {
    const selected = valueIn(values, calculation.numberOf);
    const options = values.fieldOf(calculation.numberOf)?.options ?? [];
    return numberOf(options.find(({ value }) => value === selected)?.number);
  }
  if ('count' in calculation) return listOf(valueIn(values, calculation.count)).length;
  if ('sum' in calculation) {
    const rows = listOf(valueIn(values, calculation.sum)) as readonly Answers[];
    return rows.reduce((sum, row) => sum + numberOf(row[calculation.of]), 0);
  }
  if ('add' in calculation) return calculation.add.reduce<number>((sum, each) => sum + exact(each, values), 0);
  if ('multiply' in calculation) {
    return calculation.multiply.reduce<number>((product, each) => product * exact(each, values), 1);
  }
  if ('subtract' in calculation) {
    const [from = 0, what = 0] = calculation.subtract;
    return exact(from, values) - exact(what, values);
  }
  const [what = 0, by = 0] = calculation.divide;
  return exact(what, values) / exact(by, values);
}

function valueIn({ answers, row }: Values, id: string): unknown {
  return row !== undefined && Object.hasOwn(row, id) ? row[id] : Object.hasOwn(answers, id) ? answers[id] : undefined;
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
