import type { FastifyInstance } from 'fastify';

/** The paths of an application's routes with their methods, to tell an unknown path from an unknown method (6.3.2). */
export class RoutePaths {
  readonly #routes = new Map<string, { readonly pattern: RegExp; readonly methods: Set<string> }>();

  /** Collects the routes that are added from now on. Routes for any path, such as pages, are left out. */
  collect(app: FastifyInstance): void {
    app.addHook('onRoute', ({ url, method, config }) => {
      if (url.includes('*') || config?.isRefusal === true) return;
      this.#add(url, [method].flat());
    });
  }

  #add(url: string, methods: readonly string[]): void {
    const route = this.#routes.get(url) ?? { pattern: patternOf(url), methods: new Set() };
    for (const method of methods) if (method !== 'HEAD') route.methods.add(method);
    this.#routes.set(url, route);
  }

  /** The methods of a path, without its query; empty: the path is unknown. */
  methodsOf(path: string): string[] {
    const found = new Set<string>();
    for (const { pattern, methods } of this.#routes.values()) {
      if (pattern.test(path)) for (const method of methods) found.add(method);
    }
    return [...found];
  }
}

/** A parameter is one segment; a slash at the end makes no difference. */
function patternOf(url: string): RegExp {
  const parts = url.split(/(:\w+)/).map((part) => (part.startsWith(':') ? '[^/]+' : RegExp.escape(part)));
  return new RegExp(`^${parts.join('').replace(/\/$/, '')}/?$`);
}
