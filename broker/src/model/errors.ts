/** The error types of 5.5.2, and those for which 6.3.17 defines a status but no type. */
export type NgsiLdErrorType =
  | 'InvalidRequest'
  | 'BadRequestData'
  | 'AlreadyExists'
  | 'Conflict'
  | 'ResourceNotFound'
  | 'NonexistentTenant'
  | 'OperationNotSupported'
  | 'TooComplexQuery'
  | 'TooManyResults'
  | 'LdContextNotAvailable'
  | 'InternalError'
  | 'NoMultiTenantSupport'
  // Own types, for errors that HTTP itself defines (RFC 9110).
  | 'Unauthenticated'
  | 'AccessDenied'
  | 'LimitReached'
  | 'QuotaReached'
  | 'TooSlowQuery'
  /**
   * For a context source that exclusively holds the requested data (6.3.17): it failed, did not answer, or caused a
   * loop.
   */
  | 'SourceFailed'
  | 'SourceSilent'
  | 'LoopDetected';

/**
 * An intentional error. `message` becomes the `detail` of ProblemDetails: it names the member or parameter, what was
 * received and what was expected. Only `http/` maps it to a status (6.3.2).
 */
export class NgsiLdError extends Error {
  readonly type: NgsiLdErrorType;

  constructor(type: NgsiLdErrorType, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.name = type;
    this.type = type;
  }
}

/** 429, with the number of seconds to wait. */
export class LimitReached extends NgsiLdError {
  readonly retryAfterS: number;

  constructor(detail: string, retryAfterS: number) {
    super('LimitReached', detail);
    this.retryAfterS = retryAfterS;
  }
}
