import type { JsonObject } from './json-values.ts';

export function pointed(root: unknown, pointer: string): unknown {
  let at = root;
  for (const token of pointer.split('/').slice(1)) {
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined;
    // Array elements are accessed by name too.
    at = (at as JsonObject)[name];
  }
  return at;
}
