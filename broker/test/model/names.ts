import type { NameCompactor, NameExpander } from '../../src/model/names.ts';

const CORE = 'https://uri.etsi.org/ngsi-ld/';
const OWN = 'https://example.org/';
const CORE_TERMS = new Set([
  'location',
  'observationSpace',
  'operationSpace',
  'observedAt',
  'unitCode',
  'scope',
  'ngsildproof',
]);

function expanded(term: string): string {
  if (term.includes(':')) return term;
  return (CORE_TERMS.has(term) ? CORE : OWN) + term;
}

/** Like a @context that maps all terms to one namespace. */
export const names: NameExpander & NameCompactor = {
  attribute: expanded,
  type: expanded,
  vocab: expanded,
  compact: (iri) => iri.replace(OWN, '').replace(CORE, ''),
};

export const AT = '2026-06-01T00:00:00.000Z';
export const LATER = '2026-06-02T00:00:00.000Z';

export const iri = (term: string): string => OWN + term;
