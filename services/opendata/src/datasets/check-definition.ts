import { refused } from '@alzette/kit/problems';
import type { TerritoryInfo } from '@alzette/kit/service';
import { type DatasetDefinition, type GivenDefinition, MAX_DAYS } from '../contract/definition.ts';
import { patternOf } from './table-schema.ts';
import { PERSONAL_TYPES } from './vocabulary.ts';

/** Names that every feature has in addition to its columns. */
const TAKEN = new Set(['id', 'geometry', 'bbox', 'observed_at', 'f', 'limit', 'cursor', 'datetime', 'crs', 'filter']);
const OFTEN: ReadonlySet<string> = new Set(['quarterHourly', 'hourly', 'daily', 'weekly']);

/**
 * Checks what a schema can't say of a definition, and adds the default licence.
 *
 * @throws Problem 400: names the member; also for personal entities that are not counted in a grid
 */
export function checkedDefinition(given: GivenDefinition, territory: TerritoryInfo): DatasetDefinition {
  const definition = { ...given, licence: given.licence ?? 'lov2' };
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
  // Two grids of nearly the same entities would tell one from the others.
  if (source.content.kind === 'grid' && source.q !== undefined) throw refused('source.q', source.q, 'none for a grid');
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
