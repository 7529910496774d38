export type Schema = { readonly [keyword: string]: unknown };

export type Schemas = { readonly [name: string]: Schema };

/** The description of a route outside the standard's API, with JSON Schemas by name or in full. */
export interface RouteDescription {
  readonly summary: string;
  /** Of the path. Absent: they are texts. */
  readonly params?: Schemas;
  readonly query?: Schemas;
  readonly body?: Schema;
  /** Instead of `body`: by media type. */
  readonly bodies?: Schemas;
  /** A valid request body. */
  readonly example?: unknown;
  /** A valid call: its `params`, `query` and `body`. */
  readonly call?: {
    readonly params?: Readonly<Record<string, unknown>>;
    readonly query?: Readonly<Record<string, unknown>>;
    readonly body?: unknown;
  };
  /** Absent: it answers without a body. */
  readonly answer?: Schema;
  /** Instead of `answer`: the schemas of each status by media type. */
  readonly answers?: { readonly [status: string]: Schemas };
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
