import { object, Position, Type, type Value } from '@alzette/kit/contract';

export const LANGUAGES = ['fr', 'en', 'de', 'lb'] as const;
/** Those whose public holidays are known. */
export const COUNTRIES = ['FR', 'LU', 'DE'] as const;

const Slug = Type.String({ pattern: '^[a-z0-9]+(-[a-z0-9]+)*$', maxLength: 60 });
const Https = Type.String({ pattern: '^https://', maxLength: 500 });
const Attribution = Type.Optional(Type.String({ maxLength: 300 }));
const Ring = Type.Array(Position, { minItems: 4 });
const Polygon = Type.Array(Ring, { minItems: 1 });

/** Other members are allowed, because published files have more. */
function collection<P extends Parameters<typeof Type.Object>[0], G extends ReturnType<typeof Type.Object>>(
  properties: P,
  geometry: G,
  description: string,
) {
  return Type.Object(
    {
      type: Type.Literal('FeatureCollection'),
      features: Type.Array(
        Type.Object({ type: Type.Literal('Feature'), properties: Type.Object(properties), geometry }),
        { maxItems: 50_000 },
      ),
    },
    { description },
  );
}

export const Boundaries = collection(
  { commune: Slug },
  Type.Object({
    type: Type.Enum(['Polygon', 'MultiPolygon']),
    coordinates: Type.Unsafe<Value<typeof Polygon> | Value<typeof Polygon>[]>({
      anyOf: [Polygon, Type.Array(Polygon, { minItems: 1 })],
    }),
  }),
  'A Polygon or MultiPolygon for each commune, whose slug is its property `commune`',
);

export const Streets = collection(
  { name: Type.String({ maxLength: 200 }), commune: Slug, kind: Type.String({ maxLength: 20 }) },
  Type.Object({ type: Type.Literal('LineString'), coordinates: Type.Array(Position, { minItems: 2 }) }),
  'The axes of streets',
);

export const Commune = object({
  slug: Slug,
  name: Type.String({ minLength: 1, maxLength: 100 }),
  department: Type.Optional(
    Type.String({
      maxLength: 10,
      description: 'Determines the public holidays: in France the département, in Germany the state, e.g. `DE-SL`',
    }),
  ),
  code: Type.Optional(
    Type.String({
      maxLength: 20,
      description: 'Of the statistical office, e.g. `57038`: joins statistics to the commune',
    }),
  ),
  inhabitants: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 100_000_000,
      description: 'For comparisons per inhabitant and shares of costs',
    }),
  ),
  center: Type.Optional(Position),
});

/** What the row of a collectivity has, and every process keeps in memory. */
export const TERRITORY = {
  name: Type.String({ minLength: 1, maxLength: 100 }),
  timeZone: Type.String({ maxLength: 64, description: 'An IANA time zone, e.g. Europe/Paris' }),
  country: Type.Enum(COUNTRIES, { description: 'ISO 3166-1 alpha-2' }),
  languages: Type.Array(Type.Enum(LANGUAGES), {
    minItems: 1,
    uniqueItems: true,
    description: 'The first is the main language',
  }),
  schematic: Type.Optional(Type.Boolean({ description: 'Whether boundaries and streets show no real places' })),
  notice: Type.String({ maxLength: 1000, description: 'The origin of the map data, shown beside the map' }),
  tiles: Type.Optional(object({ url: Https, attribution: Attribution })),
  baseMap: Type.Optional(object({ url: Https, attribution: Attribution }, 'A PMTiles archive')),
  colour: Type.Optional(
    Type.String({ pattern: '^#[0-9a-f]{6}$', description: 'Of buttons and links; white text must be readable on it' }),
  ),
  communes: Type.Array(Commune, { minItems: 1, maxItems: 500 }),
};

export const SHAPES = { boundaries: Boundaries, streets: Type.Optional(Streets) };

const Document = object(TERRITORY);
const Given = object({ ...TERRITORY, ...SHAPES });

export type TerritoryDocument = Value<typeof Document>;
export type GivenTerritory = Value<typeof Given>;
export type GivenBoundaries = Value<typeof Boundaries>;
export type GivenStreets = Value<typeof Streets>;
