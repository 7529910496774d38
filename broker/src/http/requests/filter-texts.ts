import type { Parameters } from './parameters.ts';

/** The filters as written by the client, to be forwarded to sources. */
export function filterTexts(parameters: Parameters) {
  const { q, scopeQ, georel, geometry, coordinates, geoproperty, expandValues, jsonKeys, csf } = parameters;
  return { q, scopeQ, georel, geometry, coordinates, geoproperty, expandValues, jsonKeys, csf };
}
