/** Undefined: unknown, because an attribute has no value yet. */
export type Truth = boolean | undefined;

/** Whether something is true, and when that can change without a new sample; Infinity: it can't. */
export interface Outcome {
  readonly truth: Truth;
  readonly next: number;
}

export const TRUE: Outcome = { truth: true, next: Number.POSITIVE_INFINITY };
export const FALSE: Outcome = { truth: false, next: Number.POSITIVE_INFINITY };
export const UNKNOWN: Outcome = { truth: undefined, next: Number.POSITIVE_INFINITY };

export function outcome(truth: Truth, next = Number.POSITIVE_INFINITY): Outcome {
  if (next === Number.POSITIVE_INFINITY) return truth === undefined ? UNKNOWN : truth ? TRUE : FALSE;
  return { truth, next };
}

export function not({ truth, next }: Outcome): Outcome {
  return outcome(truth === undefined ? undefined : !truth, next);
}

/** Kleene conjunction: false while any part is false, so it changes when the last false part changes. */
export function all(parts: readonly Outcome[]): Outcome {
  return combined(parts, false);
}

/** Kleene disjunction. */
export function any(parts: readonly Outcome[]): Outcome {
  return combined(parts, true);
}

function combined(parts: readonly Outcome[], deciding: boolean): Outcome {
  let [isDecided, isUnknown] = [false, false];
  let last = Number.NEGATIVE_INFINITY;
  let first = Number.POSITIVE_INFINITY;
  for (const { truth, next } of parts) {
    if (next < first) first = next;
    if (truth === undefined) isUnknown = true;
    if (truth !== deciding) continue;
    isDecided = true;
    if (next > last) last = next;
  }
  if (isDecided) return outcome(deciding, last);
  return outcome(isUnknown ? undefined : !deciding, first);
}
