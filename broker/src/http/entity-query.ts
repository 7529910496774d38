import type { Context } from '../context/contexts.ts';
import { parseLanguageRanges } from '../model/language.ts';
import type { Representation } from '../model/represent.ts';
import { badMember } from '../model/values.ts';
import { asksForAllTypes, type EntityFilter, type EntityQuery } from '../query/entity-query.ts';
import { parseGeoQuery } from '../query/geo-query.ts';
import { parseOrderBy } from '../query/order-by.ts';
import { parsePattern } from '../query/pattern.ts';
import { type Projection, parseProjection } from '../query/projection.ts';
import { parseQ } from '../query/q-parser.ts';
import { parseScopeQuery } from '../query/scope-query.ts';
import { parseTypeSelection } from '../query/type-selection.ts';
import { readPage } from './paging.ts';
import { type Parameters, readBoolean, readDatasetIds, readFormat, readList, readUris } from './parameters.ts';

/** The filters of a query (5.7.2), whatever is done with what it finds. */
export const FILTER_PARAMETERS = [
  'id',
  'type',
  'idPattern',
  'attrs',
  'q',
  'expandValues',
  'jsonKeys',
  'georel',
  'geometry',
  'coordinates',
  'geoproperty',
  'scopeQ',
  'csf',
  'local',
] as const;

/** How what is found is shown (5.7.1, 5.7.2). */
export const REPRESENTATION_PARAMETERS = [
  'attrs',
  'pick',
  'omit',
  'datasetId',
  'lang',
  'format',
  'options',
  'geometryProperty',
  'local',
] as const;

export const PAGE_PARAMETERS = ['limit', 'offset', 'count'] as const;

export const ORDER_PARAMETERS = ['orderBy', 'orderFrom', 'orderGeometry', 'collation'] as const;

/**
 * Reads the filters of a query from URL parameters.
 *
 * @throws NgsiLdError BadRequestData: naming the parameter
 */
export function readFilter(parameters: Parameters, context: Context): EntityFilter & { readonly local: boolean } {
  const { type, idPattern, q, scopeQ } = parameters;
  const ids = readUris(parameters, 'id');
  const types = type === undefined ? undefined : parseTypeSelection(type, context);
  const pattern = idPattern === undefined ? undefined : parsePattern(idPattern, 'idPattern');
  const attrs = parseProjection({ attrs: parameters.attrs }, context)?.attrs;
  const geoQ = parseGeoQuery(parameters, context);
  const options = { expandValues: readList(parameters, 'expandValues'), jsonKeys: readList(parameters, 'jsonKeys') };
  const filter = {
    ...((types || ids || pattern) && {
      selectors: [{ ...(types && { types }), ...(ids && { ids }), ...(pattern && { idPattern: pattern }) }],
    }),
    ...(attrs && { attrs }),
    ...(q !== undefined && { q: parseQ(q, context, options) }),
    ...(geoQ && { geoQ }),
    ...(scopeQ !== undefined && { scopeQ: parseScopeQuery(scopeQ) }),
  };
  if (parameters.csf !== undefined) parseQ(parameters.csf, context);
  const local = readBoolean(parameters, 'local');
  const all = asksForAllTypes(filter);
  if (all && local === false) throw badMember('local', false, 'true: type=* asks for what is stored here');
  return { ...filter, local: all || local === true };
}

/**
 * Reads a query from the URL parameters of `GET /entities` (6.4.3.2).
 *
 * @throws NgsiLdError BadRequestData: naming the parameter
 */
export function readEntityQuery(parameters: Parameters, context: Context): EntityQuery {
  const page = readPage(parameters);
  const ordering = parseOrderBy(parameters, context);
  const projection = parseProjection(parameters, context);
  return {
    ...readFilter(parameters, context),
    ...page,
    ...(projection && { projection }),
    ...(ordering && { ordering }),
    joinLevel: 1,
  };
}

/** How entities are shown, as URL parameters say. @throws NgsiLdError InvalidRequest, BadRequestData */
export function readRepresentation(parameters: Parameters, projection: Projection | undefined): Representation {
  const { format, sysAttrs } = readFormat(parameters);
  const datasetIds = readDatasetIds(parameters);
  const { lang } = parameters;
  return {
    format,
    sysAttrs,
    ...membersOf(projection),
    ...(datasetIds && { datasetIds }),
    ...(lang !== undefined && { lang: parseLanguageRanges(lang) }),
  };
}

const ALWAYS = ['id', 'type', 'scope', 'createdAt', 'modifiedAt', 'expiresAt'];

function membersOf(projection: Projection | undefined): Pick<Representation, 'pick' | 'omit'> {
  if (projection === undefined) return {};
  const { attrs, pick, omit } = projection;
  if (attrs !== undefined) return { pick: new Set([...ALWAYS, ...attrs]) };
  const omitted = [...(omit ?? [])].filter(([, linked]) => linked === null).map(([member]) => member);
  return { ...(pick && { pick: new Set(pick.keys()) }), ...(omit && { omit: new Set(omitted) }) };
}
