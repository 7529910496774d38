/** A parsed expression of `$filter` or `$orderby`. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: Literal }
  | { readonly kind: 'path'; readonly path: readonly string[] }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] };

export type Literal = string | number | boolean | null | Instant | Place;

/** A DateTime, in milliseconds since 1970. */
export interface Instant {
  readonly instant: number;
  /** The difference of the given text to UTC. */
  readonly offsetMinutes: number;
}

/** A geometry as GeoJSON. */
export interface Place {
  readonly geometry: { readonly type: string; readonly coordinates: unknown };
}

/** What is wrong with an expression, for the answer to the client. */
export class ExpressionFault extends Error {
  /** The standard has it, but it is not offered here: 501. */
  readonly isUnsupported: boolean;

  constructor(message: string, isUnsupported = false) {
    super(message);
    this.name = 'ExpressionFault';
    this.isUnsupported = isUnsupported;
  }
}
