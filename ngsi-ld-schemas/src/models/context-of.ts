import type { Model } from './model.ts';

/** A @context with the terms of the models, in alphabetical order: the first model wins a term. */
export function contextOf(models: readonly Model[]): Record<string, string> {
  const terms = new Map<string, string>();
  const define = (term: string, iri: string | undefined) => {
    if (iri !== undefined && !terms.has(term) && !term.includes(':')) terms.set(term, iri);
  };
  for (const model of models) {
    define(model.type, model.iri);
    for (const [name, { iri }] of Object.entries(model.attributes)) define(name, iri);
  }
  return Object.fromEntries([...terms].sort(([a], [b]) => (a < b ? -1 : 1)));
}
