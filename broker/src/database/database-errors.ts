import { NgsiLdError } from '../model/errors.ts';

/** The database can't be reached, or the connection was lost during a statement. */
export class DatabaseUnavailable extends NgsiLdError {
  /** False: the statement had no effect. True: it may have been committed. */
  readonly inDoubt: boolean;

  constructor(inDoubt: boolean, cause: unknown) {
    super('InternalError', inDoubt ? 'The database connection was lost during a statement' : UNREACHABLE, { cause });
    this.inDoubt = inDoubt;
  }
}

/** A statement exceeded its time limit and was cancelled. */
export class StatementTimeout extends NgsiLdError {
  constructor(timeoutMs: number, cause: unknown) {
    super(
      'TooSlowQuery',
      `The database did not answer within ${timeoutMs} ms: request less data, or filter by indexed attributes`,
      {
        cause,
      },
    );
  }
}

const UNREACHABLE = 'The database is unavailable';

/** The SQLSTATE of a database error; '' for any other error. */
export function sqlState(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : '';
}

/** Serialization failures and deadlocks: the same statement may succeed if repeated. */
export function isRetryable(error: unknown): boolean {
  const state = sqlState(error);
  return state === '40001' || state === '40P01';
}

/** The data was refused (class 22 data exception, 23 integrity; XX000 is used by PostGIS), not the statement. */
export function isDataError(error: unknown): boolean {
  const state = sqlState(error);
  return state.startsWith('22') || state.startsWith('23') || state === 'XX000' || state.startsWith('54');
}

/** Whether the error concerns the connection, not the statement. */
export function isConnectionError(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== '') return state.startsWith('08') || state.startsWith('57P') || state === '53300';
  return true;
}
