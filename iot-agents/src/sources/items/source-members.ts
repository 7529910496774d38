export interface SourceMembers {
  /** Letters, digits, `.`, `_`, `-`. */
  readonly id: string;
  readonly name: string;
  /** NGSI-LD tenant; absent: the default one. */
  readonly tenant?: string;
  /** Default true. */
  readonly enabled?: boolean;
  /** Absent: it runs only on request. */
  readonly schedule?: Schedule;
}

export type Schedule =
  | { readonly everyS: number }
  /** Five or six fields; `timeZone` is one of IANA's, default UTC. */
  | { readonly cron: string; readonly timeZone?: string };

/** Replaces a stored secret in answers. */
export const MASK = '***';
