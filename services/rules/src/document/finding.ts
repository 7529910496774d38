/** An error in a rule, or a warning. */
export interface Finding {
  /** An error refuses the rule; a warning is only reported. */
  readonly level: 'error' | 'warning';
  /** The path of the member, e.g. `when.all[0].attr`. */
  readonly member: string;
  readonly got: unknown;
  readonly expected: string;
  /** The probable correction. */
  readonly didYouMean?: string;
}

export function error(member: string, got: unknown, expected: string, didYouMean?: string): Finding {
  return { level: 'error', member, got, expected, ...(didYouMean !== undefined && { didYouMean }) };
}

export function warning(member: string, got: unknown, expected: string, didYouMean?: string): Finding {
  return { ...error(member, got, expected, didYouMean), level: 'warning' };
}

/** The finding as one sentence. */
export function findingText({ member, got, expected, didYouMean }: Finding): string {
  const shown = got === undefined ? 'nothing' : JSON.stringify(got).slice(0, 120);
  return `${member}: got ${shown}, expected ${expected}${didYouMean === undefined ? '' : `; did you mean ${didYouMean}?`}`;
}
