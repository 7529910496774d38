import { type BodyReader, bodyReader, type JsonSchema, object, TEXT } from '@alzette/kit/bodies';
import type { TerritoryPlan } from '../draw/draw-territory.ts';
import { STREET_KINDS } from '../draw/street-names.ts';
import type { DemoShare } from '../territory-shape.ts';

const POSITION: JsonSchema = { type: 'array', items: { type: 'number' }, minItems: 2, maxItems: 2 };
const SLUG: JsonSchema = { type: 'string', pattern: '^[a-z0-9]+(-[a-z0-9]+)*$', maxLength: 60 };
const COUNT: JsonSchema = { type: 'integer', minimum: 0, maximum: 10_000 };
const list = (items: JsonSchema, minItems = 1): JsonSchema => ({ type: 'array', items, minItems });

/** The content of `territory.yaml`. */
interface TerritoryFile {
  readonly name: string;
  readonly timeZone: string;
  readonly country: string;
  readonly languages: readonly string[];
  readonly schematic?: boolean;
  readonly notice: string;
  readonly tiles?: { readonly url: string; readonly attribution?: string };
  readonly baseMap?: { readonly archive: string; readonly attribution?: string };
  readonly communes: readonly {
    readonly slug: string;
    readonly name: string;
    readonly department?: string;
    readonly code?: string;
    readonly inhabitants?: number;
    readonly center: [number, number];
    readonly demo?: DemoShare;
  }[];
}

export const readTerritoryFile: BodyReader<TerritoryFile> = bodyReader({
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'territory.yaml: the name and parts of a territory',
  ...object(
    {
      name: { ...TEXT, minLength: 1 },
      timeZone: { ...TEXT, description: 'An IANA time zone, e.g. Europe/Paris' },
      country: { type: 'string', pattern: '^[A-Z]{2}$', description: 'ISO 3166-1 alpha-2' },
      languages: {
        ...list({ enum: ['fr', 'en', 'de', 'lb'] }),
        uniqueItems: true,
        description: 'The first is the main language',
      },
      schematic: {
        type: 'boolean',
        description: 'Whether boundaries and streets are schematic and show no real places',
      },
      notice: { type: 'string', maxLength: 1000, description: 'The origin of the map data, shown beside the map' },
      tiles: object({ url: { type: 'string', maxLength: 500 }, attribution: TEXT }, ['url']),
      baseMap: object(
        {
          archive: { ...TEXT, minLength: 1, description: 'A PMTiles file, relative to this folder, or its URL' },
          attribution: { ...TEXT, description: 'Shown on the map; by default, the attribution in the archive' },
        },
        ['archive'],
      ),
      communes: list(
        object(
          {
            slug: SLUG,
            name: { ...TEXT, minLength: 1 },
            code: {
              ...TEXT,
              description: 'Of the statistical office, e.g. `57038` of INSEE: joins statistics to the commune',
            },
            inhabitants: { type: 'integer', minimum: 0, maximum: 100_000_000 },
            department: { ...TEXT, description: 'Determines the public holidays; in France the département' },
            center: POSITION,
            demo: object({ lamps: COUNT, collectionPoints: COUNT }, ['lamps', 'collectionPoints']),
          },
          ['slug', 'name', 'center'],
        ),
      ),
    },
    ['name', 'timeZone', 'country', 'languages', 'notice', 'communes'],
  ),
});

export const readPlanFile: BodyReader<TerritoryPlan> = bodyReader({
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'plan.yaml: the plan for schematic boundaries and streets',
  ...object(
    {
      origin: POSITION,
      outline: { ...list(POSITION, 3), description: 'Clockwise' },
      communes: list(
        object(
          {
            slug: SLUG,
            center: POSITION,
            inNames: TEXT,
            radius: { type: 'number', minimum: 100, maximum: 5000 },
            axis: { type: 'number' },
            stretch: { type: 'number', minimum: 0.5, maximum: 3 },
          },
          ['slug', 'center', 'inNames', 'radius', 'axis', 'stretch'],
        ),
      ),
      roads: { type: 'array', items: { type: 'array', items: SLUG, minItems: 2, maxItems: 2 } },
      streets: object(
        {
          towards: TEXT,
          road: TEXT,
          numbered: TEXT,
          ...Object.fromEntries(STREET_KINDS.map((kind) => [kind, list(TEXT, 0)])),
        },
        ['towards', 'road', 'numbered', ...STREET_KINDS],
      ),
    },
    ['origin', 'outline', 'communes', 'roads', 'streets'],
  ),
});
