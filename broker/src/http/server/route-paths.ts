import type { FastifyInstance } from 'fastify';

/** The paths of an application's routes with their methods, to tell an unknown path from an unknown method (6.3.2). */
export class RoutePaths {
  readonly #routes = new Map<string, { readonly segments: readonly string[]; readonly methods: Set<string> }>();

  /** Collects the routes that are added from now on. Routes for any path, such as pages, are left out. */
  collect(app: FastifyInstance): void {
    app.addHook('onRoute', ({ url, method, config }) => {
      if (url.includes('*') || config?.isRefusal === true) return;
      this.#add(url, [method].flat());
    });
  }

  #add(url: string, methods: readonly string[]): void {
    const route = this.#routes.get(url) ?? { segments: segmentsOf(url), methods: new Set() };
    for (const method of methods) if (method !== 'HEAD') route.methods.add(method);
    this.#routes.set(url, route);
  }

  /** The methods of a path, without its query; empty: the path is unknown. */
  methodsOf(path: string): string[] {
    const found = new Set<string>();
    const asked = segmentsOf(path);
    for (const { segments, methods } of this.#routes.values()) {
      if (isOf(asked, segments)) for (const method of methods) found.add(method);
    }
    return [...found];
  }
}

/** A slash at the end makes no difference. */
function segmentsOf(path: string): string[] {
  return path.replace(/\/$/, '').split('/');
}

/** Whether a path is one of a route. A parameter is one segment, which is not empty. */
function isOf(path: readonly string[], route: readonly string[]): boolean {
  if (path.length !== route.length) return false;
  return route.every((segment, n) => (segment.startsWith(':') ? path[n] !== '' : path[n] === segment));
}
