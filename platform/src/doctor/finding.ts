/** What one look at an installation found. */
export interface Finding {
  /** What was looked at, e.g. `database`. */
  readonly what: string;
  readonly state: 'good' | 'warning' | 'fault';
  /** What was found, in a sentence. */
  readonly found: string;
  /** What to do about it; of what is good none. */
  readonly remedy?: string;
}

export function good(what: string, found: string): Finding {
  return { what, state: 'good', found };
}

export function warning(what: string, found: string, remedy: string): Finding {
  return { what, state: 'warning', found, remedy };
}

export function fault(what: string, found: string, remedy: string): Finding {
  return { what, state: 'fault', found, remedy };
}
