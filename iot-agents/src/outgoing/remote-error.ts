/** The source can't be read at present; the message is for the operator. */
export class SourceError extends Error {
  /** The source asked not to be called before this time. */
  readonly notBefore: Date | undefined;
  /** The status of its answer. */
  readonly status: number | undefined;

  constructor(
    message: string,
    options: ErrorOptions & { readonly notBefore?: Date | undefined; readonly status?: number } = {},
  ) {
    super(message, options);
    this.name = 'SourceError';
    this.notBefore = options.notBefore;
    this.status = options.status;
  }
}
