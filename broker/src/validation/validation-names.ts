import type { Model } from '@alzette/ngsi-ld-schemas/models';

const PUBLISHED = /^https:\/\/smartdatamodels\.org\/(?:dataModel\.[^/]+\/)?([^/]+)$/;
const DEFAULT = 'https://uri.etsi.org/ngsi-ld/default-context/';

/**
 * The model's name of an attribute by its IRI. A territory's own @context gives a term the IRI of one subject only, so the
 * same name of another subject means the model's; undefined: the model has none.
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

/** The end of an IRI, to show for a name that no model has. */
export function lastName(iri: string): string {
  return iri.slice(Math.max(iri.lastIndexOf('/'), iri.lastIndexOf('#')) + 1) || iri;
}
