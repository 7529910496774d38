export interface SourceMembers {
  /** Letters, digits, `.`, `_`, `-`. */
  readonly id: string;
  readonly name: string;
  /** NGSI-LD tenant; absent: the default one. */
  readonly tenant?: string;
  /** Default true. */
  readonly enabled?: boolean;
  /** Absent: it runs when it is told to. */
  readonly schedule?: Schedule;
}

export type Schedule =
  | { readonly everyS: number }
  /** Five or six fields; `timeZone` is one of IANA's, default UTC. */
  | { readonly cron: string; readonly timeZone?: string };

/** What stands in the place of a secret that is kept. */
export const MASK = '***';
