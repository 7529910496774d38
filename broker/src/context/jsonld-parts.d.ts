// Parts of jsonld that its type declarations leave out.

declare module 'jsonld/lib/context.js' {
  interface Active {
    readonly '@vocab'?: string;
    readonly mappings: ReadonlyMap<string, { '@id'?: string | null; _prefix?: boolean; reverse?: boolean } | null>;
  }
  const context: {
    getInitialContext(options: object): Active;
    process(given: { activeCtx: Active; localCtx: unknown; options: object }): Promise<Active>;
  };
  export default context;
}

declare module 'jsonld/lib/ContextResolver.js' {
  export default class ContextResolver {
    constructor(options: { sharedCache: Map<string, unknown> });
  }
}
