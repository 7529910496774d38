import type { Geometry } from '@alzette/ngsi-ld-schemas';
import { convert } from '@alzette/ngsi-ld-schemas/units';
import type { EntityFacts } from '../alarm-register/book-alarm.ts';
import { attributeOf } from '../document/known-attributes.ts';
import type { Arrival } from '../evaluate/follow-entity.ts';
import type { Value } from '../evaluate/series.ts';
import type { ScopedRules } from './rule-set.ts';

/** An entity in normalized form, with system attributes. */
export type ToldEntity = { readonly id: string; readonly type: string | readonly string[] } & {
  readonly [member: string]: unknown;
};

interface ReadEntity {
  readonly facts: EntityFacts;
  /** Samples in the order of their times. */
  readonly arrivals: readonly Arrival[];
  readonly isDeleted: boolean;
}

/** The maximum time by which a sample may be ahead of our clock. */
const AHEAD_MS = 5 * 60_000;

/**
 * Reads an entity from a notification or a query.
 *
 * @param receivedAt the time for values without a time of their own
 */
export function readEntity(entity: ToldEntity, { watched, carried }: ScopedRules, receivedAt: number): ReadEntity {
  const types = [entity.type].flat();
  const arrivals = watched.flatMap((attr): Arrival[] => {
    const instance = defaultInstance(entity[attr]);
    const value = instance && valueIn(instance);
    if (instance === undefined || value === undefined) return [];
    const at = Date.parse(String(instance.observedAt ?? instance.modifiedAt ?? ''));
    // A clock that is ahead would make all later samples late.
    const isPlausible = !Number.isNaN(at) && at <= receivedAt + AHEAD_MS;
    return [{ attr, at: isPlausible ? at : receivedAt, value: inOwnUnit(types, attr, value, instance.unitCode) }];
  });
  const parents: Record<string, readonly string[]> = {};
  for (const attr of [...carried, ...watched]) {
    const object = defaultInstance(entity[attr])?.object;
    if (object !== undefined) parents[attr] = [object].flat().map(String);
  }
  const name = defaultInstance(entity.name);
  const location = defaultInstance(entity.location);
  return {
    arrivals: arrivals.sort((a, b) => a.at - b.at),
    isDeleted: entity.deletedAt !== undefined,
    facts: {
      id: entity.id,
      type: types[0] ?? '',
      scope: entity.scope === undefined ? [] : [entity.scope].flat().map(String),
      parents,
      ...(typeof name?.value === 'string' && { name: name.value }),
      ...(location?.value !== undefined && { location: location.value as Geometry }),
    },
  };
}

type Instance = { readonly [member: string]: unknown };

/** The instance without a datasetId, else the first. */
function defaultInstance(attribute: unknown): Instance | undefined {
  const instances = (Array.isArray(attribute) ? attribute : [attribute]).filter(
    (each): each is Instance => typeof each === 'object' && each !== null,
  );
  return instances.find(({ datasetId }) => datasetId === undefined) ?? instances[0];
}

const VALUE_MEMBERS = ['value', 'object', 'vocab', 'json', 'languageMap', 'valueList', 'objectList'];

function valueIn(instance: Instance): Value | undefined {
  const member = VALUE_MEMBERS.find((name) => name in instance);
  const value = member === undefined ? undefined : (instance[member] as Value);
  return value === 'urn:ngsi-ld:null' ? undefined : value;
}

function inOwnUnit(types: readonly string[], attr: string, value: Value, unit: unknown): Value {
  const own = attributeOf(types, attr)?.unit;
  if (typeof value !== 'number' || typeof unit !== 'string' || own === undefined) return value;
  return convert(value, unit, own) ?? value;
}
