import type { WireValue } from '../text-values.ts';

/** What the thread of the embedded database is asked; each answered by a `reply` of the same number, in order. */
export type PgliteRequest =
  | {
      readonly id: number;
      readonly ask: 'open';
      readonly directory?: string;
      /** The archive that a new database begins with, if the file is there. */
      readonly template: string;
    }
  | { readonly id: number; readonly ask: 'archive'; readonly file: string }
  | {
      readonly id: number;
      readonly ask: 'query';
      readonly name?: string;
      readonly text: string;
      readonly values?: WireValue[];
      /** The rows of every statement, parsed as `pg` does by itself. */
      readonly isScript?: boolean;
    }
  | { readonly id: number; readonly ask: 'listen' | 'unlisten'; readonly channel: string }
  | { readonly id: number; readonly ask: 'close' };

export interface PgliteFailure {
  readonly message: string;
  /** SQLSTATE, when it is PostgreSQL that refuses. */
  readonly code?: string;
  readonly detail?: string;
  readonly constraint?: string;
}

export type PgliteMessage =
  | { readonly tell: 'reply'; readonly id: number; readonly answer: PgliteAnswer }
  | { readonly tell: 'failure'; readonly id: number; readonly error: PgliteFailure }
  | { readonly tell: 'notification'; readonly channel: string; readonly payload: string };

export interface PgliteAnswer {
  readonly rows: unknown[];
  readonly rowCount: number;
  /** The tag of the last statement without its count, e.g. `SELECT`, `COMMIT`. */
  readonly command: string;
}
