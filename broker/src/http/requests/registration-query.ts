import type { Context } from '../../context/contexts.ts';
import type { RegistrationDiscovery } from '../../federation/registrations/operations/query-registrations.ts';
import { NgsiLdError } from '../../model/errors.ts';
import { parseQ } from '../../query/q/q-parser.ts';
import { parseTemporalQuery } from '../../query/temporal/temporal-query.ts';
import { readFilter } from './entity-query.ts';
import type { Parameters } from './parameters.ts';

/** The parameters that select registrations (6.8.3.2). */
export const DISCOVERY_PARAMETERS = [
  'type',
  'id',
  'idPattern',
  'attrs',
  'q',
  'csf',
  'georel',
  'geometry',
  'coordinates',
  'geoproperty',
  'scopeQ',
  'timerel',
  'timeAt',
  'endTimeAt',
  'timeproperty',
] as const;

const QUALIFYING = ['type', 'id', 'idPattern', 'attrs', 'q', 'csf', 'georel', 'scopeQ'] as const;

/**
 * Reads a query for registrations (5.10.2.4).
 *
 * @throws NgsiLdError BadRequestData: names the parameter, or the query is too wide
 */
export function readDiscovery(parameters: Parameters, context: Context): RegistrationDiscovery {
  if (!QUALIFYING.some((name) => parameters[name] !== undefined)) {
    throw new NgsiLdError('BadRequestData', `The query is too wide: expected at least one of ${QUALIFYING.join(', ')}`);
  }
  const { selectors, attrs, q, scopeQ, geoQ } = readFilter(parameters, context);
  const { csf } = parameters;
  const temporalQ = parseTemporalQuery(parameters);
  return {
    ...(selectors && { selectors }),
    ...(attrs && { attributes: new Set(attrs) }),
    ...(q && { q }),
    ...(csf !== undefined && { csf: parseQ(csf, context) }),
    ...(scopeQ && { scopeQ }),
    ...(geoQ && { geoQ }),
    time: temporalQ.relation === undefined ? 'none' : temporalQ,
  };
}
