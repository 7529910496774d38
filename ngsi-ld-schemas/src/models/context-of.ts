import type { Model } from './model.ts';

/** A @context with the terms of the models in alphabetical order. If models share a term, the first one defines it. */
export function contextOf(models: readonly Model[]): Record<string, string> {
  const terms = new Map<string, string>();
  const define = (name: string, iri: string | undefined) => {
    // A prefixed name only needs its prefix (`open311:type`).
    const [term = '', suffix] = name.split(':');
    const meant = suffix !== undefined && iri?.endsWith(suffix) ? iri.slice(0, -suffix.length) : iri;
    if (meant !== undefined && !terms.has(term)) terms.set(term, meant);
  };
  for (const model of models) {
    define(model.type, model.iri);
    for (const [name, { iri }] of Object.entries(model.attributes)) define(name, iri);
  }
  return Object.fromEntries([...terms].sort(([a], [b]) => (a < b ? -1 : 1)));
}
