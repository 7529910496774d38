/** What a device measured at one moment, by its own names; `TimeInstant` tells the moment. */
export type Measures = Readonly<Record<string, unknown>>;

/** The message has not the syntax of its protocol. */
export class MeasureError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'MeasureError';
  }
}
