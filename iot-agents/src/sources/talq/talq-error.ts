/** Keys of a TALQErrorMessage that we answer with. */
type TalqErrorKey =
  | 'headerMissing'
  | 'headerValueNotValid'
  | 'parameterMissing'
  | 'parameterValueNotValid'
  | 'payloadError'
  | 'resourceNotFound'
  | 'relatedResourceNotFound'
  | 'genericError';

/** What is wrong with a gateway's request, as TALQ answers it. */
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
