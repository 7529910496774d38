import type { Model } from '@alzette/ngsi-ld-schemas/models';

const PUBLISHED = /^https:\/\/smartdatamodels\.org\/(?:dataModel\.[^/]+\/)?([^/]+)$/;
const DEFAULT = 'https://uri.etsi.org/ngsi-ld/default-context/';

/**
 * Maps an attribute IRI to the name in the model. A territory's own @context can give a term only the IRI of one
 * subject, so the same name with another subject also refers to the model's attribute; undefined: the model has no such
 * attribute.
 */
export function attributeNames(model: Model): (iri: string) => string | undefined {
  const names = new Map(Object.entries(model.attributes).map(([name, { iri }]) => [iri, name]));
  return (iri) => {
    const exact = names.get(iri);
    if (exact !== undefined) return exact;
    const term = PUBLISHED.exec(iri)?.[1] ?? (iri.startsWith(DEFAULT) ? iri.slice(DEFAULT.length) : undefined);
    return term !== undefined && Object.hasOwn(model.attributes, term) ? term : undefined;
  };
}

/** The last segment of an IRI, to show a name that is in no model. */
export function lastName(iri: string): string {
  return iri.slice(Math.max(iri.lastIndexOf('/'), iri.lastIndexOf('#')) + 1) || iri;
}
