/** The measures of a device at one time, by its own names; `TimeInstant` is the time. */
export type Measures = Readonly<Record<string, unknown>>;

/** The message has invalid syntax. */
export class MeasureError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'MeasureError';
  }
}
