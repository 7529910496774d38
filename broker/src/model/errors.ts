/** The error types of 5.5.2, and those that 6.3.17 has a status for but no type. */
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
  // Ours: what HTTP itself has words for (RFC 9110).
  | 'Unauthenticated'
  | 'AccessDenied'
  | 'LimitReached'
  | 'QuotaReached'
  | 'TooSlowQuery'
  /** Of a context source that holds alone what a request is about (6.3.17): it failed, did not answer, or leads back. */
  | 'SourceFailed'
  | 'SourceSilent'
  | 'LoopDetected';

/**
 * Whatever goes wrong on purpose. `message` is the `detail` of the ProblemDetails: it names the member or parameter,
 * what was got and what was expected. The status is chosen in `http/` alone (6.3.2).
 */
export class NgsiLdError extends Error {
  readonly type: NgsiLdErrorType;

  constructor(type: NgsiLdErrorType, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.name = type;
    this.type = type;
  }
}
