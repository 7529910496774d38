import { Jexl } from 'jexl';

/** Reads a value out of {device, frame, data}. @throws what a transform throws */
export type Expression = (variables: ExpressionVariables) => unknown;

export interface ExpressionVariables {
  readonly device: object;
  readonly frame: object;
  readonly data: object;
  // JEXL takes any object.
  readonly [name: string]: unknown;
}

const jexl = new Jexl();

/** The transforms of an expression, e.g. `data.distance|clamp(0,2500)|round(1)`; FIWARE's names where it has one. */
jexl.addTransforms({
  round: (value: unknown, digits = 0) => Math.round(Number(value) * 10 ** digits) / 10 ** digits,
  floor: (value: unknown) => Math.floor(Number(value)),
  ceil: (value: unknown) => Math.ceil(Number(value)),
  abs: (value: unknown) => Math.abs(Number(value)),
  clamp: (value: unknown, min: number, max: number) => Math.min(Math.max(Number(value), min), max),
  tofixed: (value: unknown, digits = 0) => Number(value).toFixed(digits),
  parseint: (value: unknown) => orNull(Number.parseInt(String(value), 10)),
  parsefloat: (value: unknown) => orNull(Number.parseFloat(String(value))),
  tostring: (value: unknown) => String(value),
  toisodate: (value: unknown) => isoDate(value),
  uppercase: (value: unknown) => String(value).toUpperCase(),
  touppercase: (value: unknown) => String(value).toUpperCase(),
  tolowercase: (value: unknown) => String(value).toLowerCase(),
  trim: (value: unknown) => String(value).trim(),
  substr: (value: unknown, start: number, length?: number) =>
    String(value).slice(start, length === undefined ? undefined : start + length),
  split: (value: unknown, by: string) => String(value).split(by),
  length: (value: unknown) => (Array.isArray(value) || typeof value === 'string' ? value.length : undefined),
  mapper: (value: unknown, from: unknown[], to: unknown[]) => to[from.indexOf(value)],
  thmapper: (value: unknown, thresholds: number[], to: unknown[]) =>
    to[thresholds.findIndex((threshold) => Number(value) <= threshold)],
  bitwisemask: (value: unknown, mask: number, operator: string, shift = 0) => {
    const x = Number(value);
    const masked = operator === '&' ? x & mask : operator === '|' ? x | mask : operator === '^' ? x ^ mask : x;
    return masked >> shift;
  },
});

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

function isoDate(value: unknown): string | null {
  const date = typeof value === 'number' || typeof value === 'string' ? new Date(value) : undefined;
  return date === undefined || Number.isNaN(date.getTime()) ? null : date.toISOString();
}

const NOTHING: ExpressionVariables = { device: {}, frame: {}, data: {} };

/** @throws Error the text is no JEXL, or names a transform that doesn't exist */
export function compileExpression(text: string): Expression {
  const expression = jexl.createExpression(text);
  expression.compile();
  try {
    expression.evalSync(NOTHING);
  } catch (cause) {
    // Without values a transform may throw; that it doesn't exist is the one thing we can tell now.
    if (cause instanceof Error && /is not defined/.test(cause.message)) throw cause;
  }
  return (variables) => expression.evalSync(variables);
}

/** Whether the value can't change from frame to frame. */
export function isStatic(text: string): boolean {
  return !/\b(data|frame)\b/.test(text);
}
