import type { Parameters } from './parameters.ts';

/** The filters as they came, for sources to read. */
export function filterTexts(parameters: Parameters) {
  const { q, scopeQ, georel, geometry, coordinates, geoproperty, expandValues, jsonKeys, csf } = parameters;
  return { q, scopeQ, georel, geometry, coordinates, geoproperty, expandValues, jsonKeys, csf };
}
