import { OUTAGES, type Outage, outageOf } from '@alzette/kit/outage';
import { NgsiLdError, type NgsiLdErrorType } from '../../model/errors.ts';

/**
 * The status and title of each error type (5.5.2, 6.3.2). Nothing else in the broker uses HTTP status codes for errors.
 */
const ERRORS: { readonly [Type in NgsiLdErrorType]: readonly [status: number, title: string] } = {
  InvalidRequest: [400, 'The request is not valid'],
  BadRequestData: [400, 'The request contains invalid data'],
  AlreadyExists: [409, 'Already exists'],
  Conflict: [409, 'Conflict with existing data'],
  ResourceNotFound: [404, 'Not found'],
  NonexistentTenant: [404, 'The tenant does not exist'],
  OperationNotSupported: [422, 'The operation is not supported'],
  TooComplexQuery: [403, 'The query is too complex'],
  TooManyResults: [403, 'The query has too many results'],
  LdContextNotAvailable: [504, 'A remote @context is not available'],
  InternalError: [500, 'Something went wrong in the broker'],
  NoMultiTenantSupport: [501, 'Tenants are not supported'],
  Unauthenticated: [401, 'Unauthorized'],
  AccessDenied: [403, 'Forbidden'],
  LimitReached: [429, 'Too Many Requests'],
  QuotaReached: [403, 'Forbidden'],
  TooSlowQuery: [503, 'The query takes too long'],
  SourceFailed: [502, 'A context source failed'],
  SourceSilent: [504, 'A context source did not answer in time'],
  LoopDetected: [508, 'The request loops between brokers'],
};

/** The standard has no type for these: `about:blank` means that the status says everything (RFC 9457, 4.2.1). */
const BLANK: ReadonlySet<NgsiLdErrorType> = new Set([
  'Unauthenticated',
  'AccessDenied',
  'LimitReached',
  'QuotaReached',
  'TooSlowQuery',
]);

/** The standard has no types for these, so they use the generic one (6.3.17). */
const WITHOUT_TYPE: ReadonlySet<NgsiLdErrorType> = new Set(['SourceFailed', 'SourceSilent', 'LoopDetected']);

/** RFC 7807, with the types of 5.5.2. */
export interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly detail: string;
  readonly status: number;
}

/** In characters. Names and values in a request may be long, but error details must not be. */
const MAX_DETAIL = 600;

/** The outage behind an error. A query that takes too long is not an outage. */
export function outageOfAnswer(error: unknown): Outage | undefined {
  return error instanceof NgsiLdError && error.type === 'TooSlowQuery' ? undefined : outageOf(error);
}

/** After a failed write the client must know whether it may have been done. */
function outageDetail(error: unknown, what: string): string {
  const isInDoubt = error instanceof Error && 'inDoubt' in error && error.inDoubt === true;
  return isInDoubt ? `${what}: the write may or may not have been done` : what;
}

/** The ProblemDetails of an error. Unexpected errors reveal nothing but that they happened. */
export function problemOf(error: unknown): ProblemDetails {
  const outage = outageOfAnswer(error);
  if (outage !== undefined) {
    return {
      type: 'about:blank',
      title: 'Temporarily unavailable',
      detail: outageDetail(error, OUTAGES[outage]),
      status: 503,
    };
  }
  const known = error instanceof NgsiLdError ? error : undefined;
  const type = known?.type ?? 'InternalError';
  const [status, title] = ERRORS[type];
  const detail = known?.message ?? 'The error is in the log of the broker';
  return {
    type: BLANK.has(type)
      ? 'about:blank'
      : `https://uri.etsi.org/ngsi-ld/errors/${WITHOUT_TYPE.has(type) ? 'InternalError' : type}`,
    title,
    detail: detail.length > MAX_DETAIL ? `${detail.slice(0, MAX_DETAIL - 3)}...` : detail,
    status,
  };
}
