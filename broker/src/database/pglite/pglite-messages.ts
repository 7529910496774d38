import type { WireValue } from '../text-values.ts';

/** Requests to the thread of the embedded database. Each is answered, in order, by a `reply` with the same number. */
export type PgliteRequest =
  | {
      readonly id: number;
      readonly ask: 'open';
      readonly directory?: string;
      /** The archive from which a new database is created, if the file exists. */
      readonly template: string;
    }
  | { readonly id: number; readonly ask: 'archive'; readonly file: string }
  | {
      readonly id: number;
      readonly ask: 'query';
      readonly name?: string;
      readonly text: string;
      readonly values?: WireValue[];
      /** Returns the rows of all statements, parsed like `pg` does by default. */
      readonly isScript?: boolean;
    }
  | { readonly id: number; readonly ask: 'listen' | 'unlisten'; readonly channel: string }
  | { readonly id: number; readonly ask: 'close' };

export interface PgliteFailure {
  readonly message: string;
  /** SQLSTATE, if the error comes from PostgreSQL. */
  readonly code?: string;
  readonly detail?: string;
  readonly table?: string;
  readonly constraint?: string;
}

export type PgliteMessage =
  | { readonly tell: 'reply'; readonly id: number; readonly answer: PgliteAnswer }
  | { readonly tell: 'failure'; readonly id: number; readonly error: PgliteFailure }
  | { readonly tell: 'notification'; readonly channel: string; readonly payload: string };

export interface PgliteAnswer {
  readonly rows: unknown[];
  readonly rowCount: number;
  /** The command tag of the last statement without count, e.g. `SELECT`, `COMMIT`. */
  readonly command: string;
}
