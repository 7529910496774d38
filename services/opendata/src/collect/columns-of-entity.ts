import type { Entity } from '@alzette/ngsi-ld-schemas';
import { isJsonObject } from '@alzette/ngsi-ld-schemas/json';
import type { Column, DatasetDefinition, Feature, Geometry } from '../datasets/dataset.ts';

const LOCATION = 'location';

/** The attributes to query: only those that a column shows. */
export function attributesOf({ columns, geometry }: Pick<DatasetDefinition, 'columns' | 'geometry'>): string[] {
  return [...new Set([...columns.map(({ attribute }) => attribute), ...(geometry ? [LOCATION] : [])])];
}

/**
 * The row of an entity in concise form with timestamps: only the columns of the dataset. The row's time is that of its
 * columns, because the modification time of the entity would reveal changes of hidden attributes.
 */
export function featureOfEntity(
  entity: Entity,
  { columns, geometry }: Pick<DatasetDefinition, 'columns' | 'geometry'>,
): Feature {
  const timeOf = (member: 'observedAt' | 'modifiedAt') =>
    latest(columns.map(({ attribute }) => timeIn(entity[attribute], member)));
  const at = timeOf('observedAt') ?? timeOf('modifiedAt') ?? latest([entity.createdAt]);
  const place = geometry ? geometryOf(entity[LOCATION]) : undefined;
  return {
    id: entity.id,
    properties: propertiesOf(columns, (attribute) => instanceValue(entity[attribute])),
    ...(place && { geometry: place }),
    ...(at && { at }),
  };
}

/** The values by column. A value that does not have the column's kind is left out. */
export function propertiesOf(columns: readonly Column[], value: (attribute: string) => unknown): Feature['properties'] {
  const properties: Record<string, string | number | boolean> = {};
  for (const column of columns) {
    const found = ofKind(column, follow(value(column.attribute), column.path));
    if (found !== undefined) properties[column.name] = found;
  }
  return properties;
}

/** The default instance of an attribute. */
function instanceValue(attribute: unknown): unknown {
  const instance = Array.isArray(attribute)
    ? attribute.find((each) => isJsonObject(each) && !('datasetId' in each))
    : attribute;
  if (!isJsonObject(instance)) return instance;
  return (
    instance.value ?? instance.object ?? instance.languageMap ?? instance.vocab ?? instance.json ?? instance.valueList
  );
}

function follow(value: unknown, path: string | undefined): unknown {
  let found = value;
  for (const member of path?.split('.') ?? []) {
    found = isJsonObject(found) && Object.hasOwn(found, member) ? found[member] : undefined;
  }
  return found;
}

function ofKind({ kind }: Column, value: unknown): string | number | boolean | undefined {
  switch (kind) {
    case 'number':
      return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined;
    case 'time':
      return typeof value === 'string' ? instant(value) : undefined;
    case 'text':
      return textOf(value);
  }
}

/** Lists and language maps as text. Other objects are left out, because they may have members that are not allowed. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value) && value.every((each) => typeof each !== 'object')) return value.join('; ');
  return isJsonObject(value) && typeof value.fr === 'string' ? value.fr : undefined;
}

function instant(text: string): string | undefined {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

function geometryOf(location: unknown): Geometry | undefined {
  const value = instanceValue(location);
  return isJsonObject(value) && typeof value.type === 'string' && 'coordinates' in value
    ? { type: value.type, coordinates: value.coordinates }
    : undefined;
}

function timeIn(attribute: unknown, member: 'observedAt' | 'modifiedAt'): unknown {
  return isJsonObject(attribute) ? attribute[member] : undefined;
}

function latest(times: readonly unknown[]): string | undefined {
  return times
    .flatMap((time) => (typeof time === 'string' ? (instant(time) ?? []) : []))
    .sort()
    .at(-1);
}
