import { bodyReader, object } from '@alzette/kit/bodies';
import { refused } from '@alzette/kit/problems';
import type { TerritoryInfo } from '@alzette/kit/service';
import type { DatasetDefinition } from './dataset.ts';
import { patternOf } from './table-schema.ts';
import { FREQUENCIES, HVD_CATEGORIES, LICENCES, PERSONAL_TYPES, THEMES } from './vocabulary.ts';

const MAX_COLUMNS = 60;
const MAX_DAYS = 400;
const NAMES = (max: number) => ({ type: 'string', minLength: 1, maxLength: max });
const WORDS = (max: number) => object({ fr: NAMES(max), en: NAMES(max) }, ['fr']);
const TERM = { type: 'string', pattern: '^[A-Za-z][A-Za-z0-9_-]{0,99}$' };

const COLUMN = object(
  {
    name: { type: 'string', pattern: '^[A-Za-z][A-Za-z0-9_]{0,62}$' },
    attribute: TERM,
    path: { type: 'string', pattern: '^[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+){0,4}$', maxLength: 200 },
    kind: { type: 'string', enum: ['text', 'number', 'boolean', 'time'] },
    title: WORDS(200),
    unit: NAMES(20),
  },
  ['name', 'attribute', 'kind', 'title'],
);

// Members of a Table Schema that we don't use are allowed.
const TABLE_SCHEMA = object(
  {
    name: NAMES(200),
    url: { type: 'string', format: 'uri', maxLength: 500 },
    version: NAMES(30),
    fields: {
      type: 'array',
      maxItems: 200,
      items: {
        type: 'object',
        properties: {
          name: NAMES(100),
          type: NAMES(30),
          constraints: {
            type: 'object',
            properties: {
              required: { type: 'boolean' },
              pattern: NAMES(300),
              enum: { type: 'array', maxItems: 500, items: { type: ['string', 'number', 'boolean'] } },
              minimum: { type: 'number' },
              maximum: { type: 'number' },
              minLength: { type: 'integer' },
              maxLength: { type: 'integer' },
            },
          },
        },
        required: ['name'],
      },
    },
  },
  ['name', 'url', 'fields'],
);

const DEFINITION = object(
  {
    title: WORDS(200),
    description: WORDS(4000),
    keywords: { type: 'array', items: NAMES(60), maxItems: 30, uniqueItems: true },
    theme: { type: 'string', enum: THEMES },
    licence: { type: 'string', enum: Object.keys(LICENCES) },
    contact: object({ name: NAMES(200), email: { type: 'string', format: 'email', maxLength: 200 } }, [
      'name',
      'email',
    ]),
    hvd: { type: 'string', enum: Object.keys(HVD_CATEGORIES) },
    schema: TABLE_SCHEMA,
    source: object(
      {
        types: { type: 'array', items: TERM, minItems: 1, maxItems: 10, uniqueItems: true },
        communes: { type: 'array', items: NAMES(100), minItems: 1, maxItems: 100, uniqueItems: true },
        content: object(
          {
            kind: { type: 'string', enum: ['current', 'history', 'grid'] },
            days: { type: 'integer', minimum: 1, maximum: MAX_DAYS },
          },
          ['kind'],
        ),
      },
      ['types', 'content'],
    ),
    columns: { type: 'array', items: COLUMN, maxItems: MAX_COLUMNS },
    geometry: { type: 'boolean' },
    frequency: { type: 'string', enum: Object.keys(FREQUENCIES) },
  },
  ['title', 'description', 'keywords', 'theme', 'contact', 'source', 'columns', 'geometry', 'frequency'],
);

export const DATASET_BODY = DEFINITION;
const readBody = bodyReader<Omit<DatasetDefinition, 'licence'> & Partial<Pick<DatasetDefinition, 'licence'>>>(
  DEFINITION,
);

/** Names that every feature has in addition to its columns. */
const TAKEN = new Set(['id', 'geometry', 'bbox', 'observed_at', 'f', 'limit', 'cursor', 'datetime', 'crs', 'filter']);
const OFTEN: ReadonlySet<string> = new Set(['quarterHourly', 'hourly', 'daily', 'weekly']);

/**
 * Parses a dataset definition of an operator.
 *
 * @throws Problem 400: names the member; also for personal entities that are not counted in a grid
 */
export function readDefinition(body: unknown, territory: TerritoryInfo): DatasetDefinition {
  const definition = { licence: 'lov2' as const, ...readBody(body) };
  const { source, columns, geometry, frequency } = definition;
  const known = territory.communes.map(({ slug }) => slug);
  for (const slug of source.communes ?? []) {
    if (!known.includes(slug)) throw refused('source.communes', slug, `one of ${known.join(', ')}`);
  }
  if (source.content.kind === 'history' && !source.content.days) {
    throw refused('source.content.days', undefined, `how many days of history, 1 to ${MAX_DAYS}`);
  }
  if (source.content.kind !== 'grid' && columns.length === 0) throw refused('columns', [], 'at least one column');
  const personal = source.types.find((type) => PERSONAL_TYPES.has(type));
  if (personal !== undefined && source.content.kind !== 'grid') {
    throw refused('source.content.kind', source.content.kind, `grid, because a ${personal} contains data about people`);
  }
  if (source.content.kind === 'grid') checkGrid(columns, geometry, frequency);
  const names = new Set<string>();
  columns.forEach(({ name }, at) => {
    const folded = name.toLowerCase();
    if (TAKEN.has(folded)) throw refused(`columns.${at}.name`, name, `another name than ${[...TAKEN].join(', ')}`);
    if (names.has(folded)) throw refused(`columns.${at}.name`, name, 'a unique column name');
    names.add(folded);
  });
  definition.schema?.fields.forEach((field, at) => {
    try {
      patternOf(field);
    } catch {
      throw refused(`schema.fields.${at}.constraints.pattern`, field.constraints?.pattern, 'a regular expression');
    }
  });
  return definition;
}

/** A grid counts by one text column at most, because a combination could identify a person. */
function checkGrid(columns: DatasetDefinition['columns'], geometry: boolean, frequency: string): void {
  if (!geometry) throw refused('geometry', geometry, 'true, because the rows of a grid are squares');
  if (columns.length > 1)
    throw refused('columns', columns.length, 'at most one column, which groups the counts of a grid');
  if (columns.some(({ kind, path }) => kind !== 'text' || path !== undefined)) {
    throw refused('columns.0', columns[0]?.name, 'a column of text without a path');
  }
  // Two counts in short succession would reveal the position of a single report between them.
  if (OFTEN.has(frequency)) throw refused('frequency', frequency, 'monthly or less often, for a grid');
}
