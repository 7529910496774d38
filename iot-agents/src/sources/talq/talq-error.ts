/** The keys of TALQErrorMessage that we use. */
type TalqErrorKey =
  | 'headerMissing'
  | 'headerValueNotValid'
  | 'parameterMissing'
  | 'parameterValueNotValid'
  | 'payloadError'
  | 'resourceNotFound'
  | 'relatedResourceNotFound'
  | 'genericError';

/** An error in a gateway's request, in TALQ's format. */
export class TalqError extends Error {
  readonly status: number;
  readonly key: TalqErrorKey;

  constructor(status: number, key: TalqErrorKey, message: string) {
    super(message);
    this.name = 'TalqError';
    this.status = status;
    this.key = key;
  }
}
