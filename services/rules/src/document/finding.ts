/** What is wrong with a rule, or may be. */
export interface Finding {
  /** An error refuses the rule, a warning is told. */
  readonly level: 'error' | 'warning';
  /** Where, e.g. `when.all[0].attr`. */
  readonly member: string;
  readonly got: unknown;
  readonly expected: string;
  /** What was probably meant. */
  readonly didYouMean?: string;
}

export function error(member: string, got: unknown, expected: string, didYouMean?: string): Finding {
  return { level: 'error', member, got, expected, ...(didYouMean !== undefined && { didYouMean }) };
}

export function warning(member: string, got: unknown, expected: string, didYouMean?: string): Finding {
  return { ...error(member, got, expected, didYouMean), level: 'warning' };
}

/** In one sentence. */
export function findingText({ member, got, expected, didYouMean }: Finding): string {
  const shown = got === undefined ? 'nothing' : JSON.stringify(got).slice(0, 120);
  return `${member}: got ${shown}, expected ${expected}${didYouMean === undefined ? '' : `; did you mean ${didYouMean}?`}`;
}
