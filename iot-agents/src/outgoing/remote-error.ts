/** The source can't be read as things stand; the message is for the operator. */
export class SourceError extends Error {
  /** The source asked not to be asked before. */
  readonly notBefore: Date | undefined;
  /** What it answered. */
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
