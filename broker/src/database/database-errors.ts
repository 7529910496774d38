import { NgsiLdError } from '../model/errors.ts';

/** The database can't be reached, or the connection was lost under a statement. */
export class DatabaseUnavailable extends NgsiLdError {
  /** False: the statement certainly had no effect. True: it may have been committed. */
  readonly inDoubt: boolean;

  constructor(inDoubt: boolean, cause: unknown) {
    super('InternalError', inDoubt ? 'The database connection was lost during a statement' : UNREACHABLE, { cause });
    this.inDoubt = inDoubt;
  }
}

/** A statement took longer than it may, and was cancelled. */
export class StatementTimeout extends NgsiLdError {
  constructor(timeoutMs: number, cause: unknown) {
    super('TooSlowQuery', `The database had no answer within ${timeoutMs} ms: ask for less, or by what is indexed`, {
      cause,
    });
  }
}

const UNREACHABLE = 'The database is unavailable';

/** The SQLSTATE of a database's error, '' for any other error. */
export function sqlState(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : '';
}

/** Serialization failure and deadlock: the same statement may well succeed when sent again. */
export function isRetryable(error: unknown): boolean {
  const state = sqlState(error);
  return state === '40001' || state === '40P01';
}

/** The data was refused (class 22 data exception, 23 integrity, XX000 as PostGIS has it), not the statement. */
export function isDataError(error: unknown): boolean {
  const state = sqlState(error);
  return state.startsWith('22') || state.startsWith('23') || state === 'XX000' || state.startsWith('54');
}

/** True when the error speaks of the connection, not of the statement. */
export function isConnectionError(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== '') return state.startsWith('08') || state.startsWith('57P') || state === '53300';
  return true;
}
