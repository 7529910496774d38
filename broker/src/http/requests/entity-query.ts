import type { Context } from '../../context/contexts.ts';
import { parseLanguageRanges } from '../../model/represent/language.ts';
import type { Representation } from '../../model/represent/represent.ts';
import { badMember } from '../../model/values.ts';
import {
  type EntityFilter,
  type EntityQuery,
  type EntitySelector,
  requestsAllTypes,
} from '../../query/entity-query.ts';
import { parseGeoQuery } from '../../query/geo/geo-query.ts';
import { parseOrderBy } from '../../query/order/order-by.ts';
import { parsePattern } from '../../query/pattern.ts';
import { type LinkQuery, membersOf } from '../../query/projection/linked-entity.ts';
import { type Projection, parseProjection } from '../../query/projection/projection.ts';
import { parseQ } from '../../query/q/q-parser.ts';
import { parseScopeQuery } from '../../query/scope/scope-query.ts';
import { parseTypeSelection } from '../../query/type-selection.ts';
import { readPage } from './paging.ts';
import {
  type Parameters,
  readBoolean,
  readDatasetIds,
  readFormat,
  readInteger,
  readList,
  readUris,
} from './parameters.ts';

export { membersOf };

/** The filter parameters of a query (5.7.2). */
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

/** Parameters of the representation (5.7.1, 5.7.2). */
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

/** Parameters of linked entities (4.5.23). */
export const LINK_PARAMETERS = ['join', 'joinLevel', 'containedBy'] as const;

export const ORDER_PARAMETERS = ['orderBy', 'orderFrom', 'orderGeometry', 'collation'] as const;

/** Parameters of entity maps (5.5.14). */
export const MAP_PARAMETERS = ['entityMap', 'entityMapLifetime'] as const;

/** All parameters of `GET /entities`, and of `POST /entityOperations/query` beside its body (6.4.3.2, 6.23.3.1). */
export const QUERY_PARAMETERS: ReadonlySet<string> = new Set([
  ...FILTER_PARAMETERS,
  ...REPRESENTATION_PARAMETERS,
  ...PAGE_PARAMETERS,
  ...ORDER_PARAMETERS,
  ...LINK_PARAMETERS,
  'splitEntities',
  ...MAP_PARAMETERS,
]);

/**
 * Reads the filters of a query from URL parameters.
 *
 * @throws NgsiLdError BadRequestData: names the parameter
 */
export function readFilter(
  parameters: Parameters,
  context: Context,
  selectors = readSelectors(parameters, context),
): EntityFilter & Pick<EntityQuery, 'local' | 'csf'> {
  const { q, scopeQ } = parameters;
  const attrs = parseProjection({ attrs: parameters.attrs }, context)?.attrs;
  const geoQ = parseGeoQuery(parameters, context);
  const options = {
    expandValues: readList(parameters, 'expandValues'),
    jsonKeys: readList(parameters, 'jsonKeys'),
    mayBeAbsent: true,
  };
  const filter = {
    ...(selectors && { selectors }),
    ...(attrs && { attrs }),
    ...(q !== undefined && { q: parseQ(q, context, options) }),
    ...(geoQ && { geoQ }),
    ...(scopeQ !== undefined && { scopeQ: parseScopeQuery(scopeQ) }),
  };
  const csf = parameters.csf === undefined ? undefined : parseQ(parameters.csf, context);
  const local = readBoolean(parameters, 'local');
  const all = requestsAllTypes(filter);
  if (all && local === false) throw badMember('local', false, 'true, because type=* returns only local data');
  return { ...filter, ...(csf && { csf }), local: all || local === true };
}

/** The selectors given by `type`, `id` and `idPattern`. */
function readSelectors(parameters: Parameters, context: Context): readonly EntitySelector[] | undefined {
  const { type, idPattern } = parameters;
  const ids = readUris(parameters, 'id');
  if (type === undefined && ids === undefined && idPattern === undefined) return undefined;
  return [
    {
      ...(type !== undefined && { types: parseTypeSelection(type, context) }),
      ...(ids && { ids }),
      ...(idPattern !== undefined && { idPattern: parsePattern(idPattern, 'idPattern') }),
    },
  ];
}

/**
 * Reads a query from the URL parameters of `GET /entities` (6.4.3.2).
 *
 * @param selectors those of a Query in the body, which replace `type`, `id` and `idPattern`
 *
 * @throws NgsiLdError BadRequestData: names the parameter
 */
export function readEntityQuery(
  parameters: Parameters,
  context: Context,
  selectors?: readonly EntitySelector[],
): EntityQuery {
  const page = readPage(parameters);
  const ordering = parseOrderBy(parameters, context);
  const projection = parseProjection(parameters, context);
  const splitEntities = readBoolean(parameters, 'splitEntities');
  const datasetIds = readDatasetIds(parameters);
  return {
    ...readFilter(parameters, context, selectors),
    ...page,
    ...readLinks(parameters),
    ...(projection && { projection }),
    ...(ordering && { ordering }),
    ...(splitEntities !== undefined && { splitEntities }),
    ...(datasetIds && { datasetIds: [...datasetIds].map((id) => id ?? '@none') }),
  };
}

/** The maximum number of hops. */
const MAX_JOIN_LEVEL = 10;

/** Reads `join`, `joinLevel` and `containedBy` (4.5.23). @throws NgsiLdError BadRequestData */
export function readLinks(parameters: Parameters): LinkQuery {
  const { join } = parameters;
  if (join !== undefined && join !== 'inline' && join !== 'flat' && join !== '@none') {
    throw badMember('join', join, 'inline, flat or @none');
  }
  const joinLevel = readInteger(parameters, 'joinLevel', 1) ?? 1;
  if (joinLevel > MAX_JOIN_LEVEL) throw badMember('joinLevel', joinLevel, `at most ${MAX_JOIN_LEVEL}`);
  const containedBy = readUris(parameters, 'containedBy');
  return {
    joinLevel,
    ...((join === 'inline' || join === 'flat') && { join }),
    ...(containedBy && { containedBy }),
  };
}

/** Reads the representation from URL parameters. @throws NgsiLdError InvalidRequest, BadRequestData */
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
