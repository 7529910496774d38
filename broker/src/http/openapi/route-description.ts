export type Schema = { readonly [keyword: string]: unknown };

/** What a route outside the standard's API says of itself; JSON Schemas by name or in full. */
export interface RouteDescription {
  readonly summary: string;
  readonly query?: { readonly [name: string]: Schema };
  readonly body?: Schema;
  /** A body that the route takes as it is. */
  readonly example?: unknown;
  /** Absent: it answers without a body. */
  readonly answer?: Schema;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    openapi?: RouteDescription;
    /** A route that only refuses. */
    isRefusal?: boolean;
  }
}
