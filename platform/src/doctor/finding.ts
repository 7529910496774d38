/** The result of one check of an installation. */
export interface Finding {
  /** The subject, e.g. `database`. */
  readonly what: string;
  readonly state: 'good' | 'warning' | 'fault';
  /** The result, as a sentence. */
  readonly found: string;
  /** How to fix it; absent if everything is good. */
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
