import type { Comparand, Operator, Scalar } from '../contract/rule.ts';
import type { Value } from './series.ts';
import type { Truth } from './truth.ts';

/** Whether a comparison is true; undefined: the two can't be compared, e.g. text with a number. */
export function compare(value: Value | undefined, operator: Operator, with_: Scalar): Truth {
  if (value === undefined || value === null) return undefined;
  if (operator === '==') return has(value, with_);
  if (operator === '!=') return !has(value, with_);
  if (typeof value !== typeof with_ || (typeof value !== 'number' && typeof value !== 'string')) return undefined;
  return ordered(value, operator, with_ as typeof value);
}

/** A list matches any of its members. */
function has(value: Value, wanted: Scalar): boolean {
  return Array.isArray(value) ? value.includes(wanted) : value === wanted;
}

function ordered<T extends number | string>(left: T, operator: Operator, right: T): boolean {
  switch (operator) {
    case '>':
      return left > right;
    case '>=':
      return left >= right;
    case '<':
      return left < right;
    default:
      return left <= right;
  }
}

/** Whether the value matches one of several (`==`), or none of them (`!=`). */
export function compareWithAny(value: Value | undefined, operator: Operator, several: readonly Scalar[]): Truth {
  if (value === undefined || value === null) return undefined;
  const isOne = several.some((one) => has(value, one));
  return operator === '!=' ? !isOne : isOne;
}

export function isReference(value: Comparand): value is { readonly attr: string; readonly times?: number } {
  return typeof value === 'object' && !Array.isArray(value);
}

export function isSeveral(value: Comparand): value is readonly Scalar[] {
  return Array.isArray(value);
}
