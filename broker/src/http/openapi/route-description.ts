export type Schema = { readonly [keyword: string]: unknown };

/** The description of a route outside the standard's API, with JSON Schemas by name or in full. */
export interface RouteDescription {
  readonly summary: string;
  readonly query?: { readonly [name: string]: Schema };
  readonly body?: Schema;
  /** A valid request body. */
  readonly example?: unknown;
  /** Absent: it answers without a body. */
  readonly answer?: Schema;
}

/** What the requests of a route are about, for which rights are checked. */
export interface DescribedObjects {
  /** `entities`, `documents`, `list`, `sender` or `everyone`. */
  readonly by: string;
  /** Of documents: what they are, in plain words. */
  readonly kind?: { readonly name: string };
}

declare module 'fastify' {
  interface FastifyContextConfig {
    openapi?: RouteDescription;
    objects?: DescribedObjects;
    /** The route only refuses requests. */
    isRefusal?: boolean;
  }
}
