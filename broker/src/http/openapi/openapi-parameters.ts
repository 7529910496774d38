const TEXT = { type: 'string' };
const FLAG = { type: 'boolean' };
const COUNT = { type: 'integer', minimum: 0 };

/** URL parameters (6.3) that are not plain strings, or need a description. */
const PARAMETERS: { readonly [name: string]: readonly [schema: object, description?: string] } = {
  id: [TEXT, 'Ids, separated by commas'],
  type: [TEXT, 'A type selection (4.17), e.g. A,(B;C)'],
  idPattern: [TEXT, 'A regular expression that ids match'],
  attrs: [TEXT, 'Names of attributes, separated by commas'],
  pick: [TEXT, 'Members to include, separated by commas'],
  omit: [TEXT, 'Members to leave out, separated by commas'],
  q: [TEXT, 'A condition on attributes (4.9), e.g. power>50'],
  csf: [TEXT, 'A condition on properties of context sources'],
  scopeQ: [TEXT, 'A condition on scopes (4.19), e.g. /Thil/#'],
  georel: [TEXT, 'A geo-relationship (4.10), e.g. near;maxDistance==2000'],
  geometry: [{ enum: ['Point', 'MultiPoint', 'LineString', 'MultiLineString', 'Polygon', 'MultiPolygon'] }],
  coordinates: [TEXT, 'As in GeoJSON'],
  geoproperty: [TEXT, 'The GeoProperty to compare; absent: location'],
  options: [TEXT, 'Options, separated by commas'],
  format: [
    TEXT,
    'The representation: normalized, concise, simplified; for temporal queries also temporalValues, aggregatedValues',
  ],
  lang: [TEXT, 'Preferred languages, like Accept-Language'],
  datasetId: [TEXT, 'Instances of these datasets; @none: the default'],
  limit: [COUNT, 'The maximum number of results'],
  offset: [COUNT, 'The number of results to skip'],
  count: [FLAG, 'Whether to return the total in the header NGSILD-Results-Count'],
  lastN: [COUNT, 'The number of latest instances of each attribute'],
  timerel: [{ enum: ['before', 'after', 'between'] }],
  timeAt: [{ type: 'string', format: 'date-time' }],
  endTimeAt: [{ type: 'string', format: 'date-time' }],
  deleteAll: [FLAG, 'All instances of the attribute'],
  details: [FLAG, 'Details instead of names only'],
  local: [FLAG, 'Only local data, without context sources'],
};

/** A URL parameter by its name. */
export function openApiParameter(name: string): object {
  const [schema, description] = (Object.hasOwn(PARAMETERS, name) && PARAMETERS[name]) || [TEXT];
  return { name, in: 'query', ...(description && { description }), schema };
}
