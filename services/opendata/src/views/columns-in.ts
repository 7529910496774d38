import type { Entity } from '@alzette/ngsi-ld-schemas';
import { isJsonObject } from '@alzette/ngsi-ld-schemas/json';
import type { Column, ColumnKind } from '../datasets/dataset.ts';

/** The number of entities that are read to determine the columns. */
const LOOKED_AT = 500;
const MAX_COLUMNS = 100;
const NO_COLUMN = new Set(['id', '@context', 'location', 'createdAt', 'modifiedAt', 'deletedAt']);

/**
 * The columns of the first entities in concise form: attributes with a single value, and the members of structured
 * ones.
 */
export async function columnsIn(
  entities: AsyncIterable<Entity>,
): Promise<{ readonly columns: readonly Column[]; readonly geometry: boolean }> {
  const columns = new Map<string, Column>();
  let looked = 0;
  let geometry = false;
  for await (const entity of entities) {
    geometry ||= entity.location !== undefined;
    for (const [attribute, instance] of Object.entries(entity)) {
      if (NO_COLUMN.has(attribute)) continue;
      for (const [path, value] of valuesOf(defaultValue(instance))) note(attribute, path, value);
    }
    looked += 1;
    if (looked === LOOKED_AT) break;
  }
  return { columns: [...columns.values()].slice(0, MAX_COLUMNS), geometry };

  function note(attribute: string, path: string | undefined, value: unknown): void {
    const kind = kindOf(value);
    if (kind === undefined) return;
    const name = path === undefined ? attribute : `${attribute}_${path}`;
    const known = columns.get(name);
    // A column with values of several kinds is text.
    const both = known === undefined || known.kind === kind ? kind : 'text';
    columns.set(name, { name, attribute, ...(path !== undefined && { path }), kind: both, title: { fr: name } });
  }
}

function* valuesOf(value: unknown): Generator<[path: string | undefined, value: unknown]> {
  if (!isJsonObject(value)) yield [undefined, value];
  else if (isLanguages(value)) yield [undefined, value.fr];
  else for (const [member, each] of Object.entries(value)) if (/^[A-Za-z0-9_-]+$/.test(member)) yield [member, each];
}

/** The value of an attribute's default instance. */
function defaultValue(instance: unknown): unknown {
  const one =
    Array.isArray(instance) && instance.some(isInstance)
      ? instance.find((each) => isJsonObject(each) && !('datasetId' in each))
      : instance;
  if (!isJsonObject(one)) return one;
  return (
    one.value ?? one.object ?? one.languageMap ?? one.vocab ?? one.valueList ?? (isInstance(one) ? undefined : one)
  );
}

function isInstance(value: unknown): boolean {
  return (
    isJsonObject(value) &&
    ['value', 'object', 'languageMap', 'vocab', 'json', 'valueList'].some((name) => name in value)
  );
}

function isLanguages(value: Record<string, unknown>): boolean {
  return typeof value.fr === 'string';
}

function kindOf(value: unknown): ColumnKind | undefined {
  if (typeof value === 'number') return 'number';
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'string') return /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(value) ? 'time' : 'text';
  return Array.isArray(value) && value.every((each) => typeof each !== 'object') ? 'text' : undefined;
}
