const FEATURES_1 = 'http://www.opengis.net/spec/ogcapi-features-1/1.0/conf';
const FEATURES_2 = 'http://www.opengis.net/spec/ogcapi-features-2/1.0/conf';
const FEATURES_3 = 'http://www.opengis.net/spec/ogcapi-features-3/1.0/conf';
const CQL2 = 'http://www.opengis.net/spec/cql2/1.0/conf';

/** The conformance classes that we implement; the tests check their requirements. */
export const CONFORMANCE = [
  ...['core', 'oas30', 'html', 'geojson'].map((name) => `${FEATURES_1}/${name}`),
  `${FEATURES_2}/crs`,
  ...['queryables', 'queryables-query-parameters', 'filter', 'features-filter'].map((name) => `${FEATURES_3}/${name}`),
  ...[
    'cql2-text',
    'cql2-json',
    'basic-cql2',
    'advanced-comparison-operators',
    'case-insensitive-comparison',
    'accent-insensitive-comparison',
    'basic-spatial-functions',
    'basic-spatial-functions-plus',
    'spatial-functions',
    'temporal-functions',
    'property-property',
    'arithmetic',
  ].map((name) => `${CQL2}/${name}`),
] as const;
