/** The last part of an IRI: `https://smartdatamodels.org/dataModel.Streetlighting/status` is `status`. */
export function shortName(iri: string): string {
  return iri.slice(Math.max(iri.lastIndexOf('/'), iri.lastIndexOf('#')) + 1) || iri;
}

/** The id of an organisation as words: `Services_techniques` is `Services techniques`. */
export function readableId(id: string): string {
  return id.replaceAll('_', ' ');
}
