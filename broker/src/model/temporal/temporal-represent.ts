import { SCOPE } from '../change-entity.ts';
import type { AttributeInstance, AttributeKind } from '../entity.ts';
import type { NameCompactor } from '../names.ts';
import { type Representation, representInstance } from '../represent/represent.ts';
import { NGSI_LD_NULL } from '../values.ts';
import type { AggregatedSeries, Aggregates } from './temporal-aggregate.ts';
import type { TemporalEntity, TemporalInstance } from './temporal-entity.ts';

/** The representation of an entity's evolution (4.5.7 to 4.5.9, 4.5.19). */
export interface TemporalRepresentation {
  readonly format: 'normalized' | 'concise' | 'temporalValues' | 'aggregatedValues';
  readonly sysAttrs: boolean;
  /** Only `pick`, `omit` and `lang` are used. */
  readonly members: Pick<Representation, 'pick' | 'omit' | 'lang'>;
  /** The time for each value of `temporalValues`; absent: observedAt, otherwise the time of creation. */
  readonly timeproperty?: 'observedAt' | 'createdAt' | 'modifiedAt' | 'deletedAt';
}

type Output = Record<string, unknown>;

/** The members of an entity except its attributes; undefined if the projection leaves nothing. */
function representMembers(entity: TemporalEntity, names: NameCompactor, how: TemporalRepresentation): Output {
  const output: Output = {};
  if (isShown('id', how)) output.id = entity.id;
  if (isShown('type', how)) {
    const types = entity.types.map((type) => names.compact(type));
    output.type = types.length === 1 ? types[0] : types;
  }
  for (const member of ['createdAt', 'modifiedAt', 'expiresAt', 'deletedAt'] as const) {
    const isWanted = how.sysAttrs || (member === 'deletedAt' && how.timeproperty === 'deletedAt');
    if (isWanted && entity[member] !== undefined && isShown(member, how)) output[member] = entity[member];
  }
  return output;
}

function isShown(member: string, { members: { pick, omit } }: TemporalRepresentation): boolean {
  return (pick === undefined || pick.has(member)) && !omit?.has(member);
}

/**
 * The compacted representation of an entity's evolution. Attributes whose instances were cut off by paging are included
 * without instances.
 */
export function representTemporal(entity: TemporalEntity, names: NameCompactor, how: TemporalRepresentation): Output {
  const output = representMembers(entity, names, how);
  for (const name in entity.attributes) {
    const instances = entity.attributes[name] as readonly TemporalInstance[];
    output[termOf(name, names)] =
      how.format === 'temporalValues'
        ? representValues(name, instances, names, how)
        : instances.map((instance) => representOne(name, instance, names, how));
  }
  return output;
}

/** The aggregates of an entity (4.5.19). */
export function representAggregates(
  entity: TemporalEntity,
  aggregates: Aggregates,
  names: NameCompactor,
  how: TemporalRepresentation,
): Output {
  const output = representMembers(entity, names, how);
  for (const [name, series] of aggregates) {
    const shown = series.map(representSeries);
    output[termOf(name, names)] = shown.length === 1 ? shown[0] : shown;
  }
  return output;
}

function representSeries({ type, datasetId, bounds, values }: AggregatedSeries): Output {
  const shown: Output = { type, ...(datasetId !== undefined && { datasetId }) };
  for (const method in values) {
    const periods: [unknown, string, string][] = [];
    for (const [place, value] of (values[method] as readonly unknown[]).entries()) {
      const [start, end] = bounds[place] as readonly [string, string]; // at the same index
      if (value !== undefined) periods.push([value, start, end]);
    }
    shown[method] = periods;
  }
  return shown;
}

function termOf(name: string, names: NameCompactor): string {
  return name === SCOPE ? 'scope' : names.compact(name);
}

function representOne(
  name: string,
  { instance, instanceId, deletedAt }: TemporalInstance,
  names: NameCompactor,
  { format, sysAttrs, members }: TemporalRepresentation,
): Output {
  const shown = representInstance(
    name === SCOPE ? asScope(instance, deletedAt) : instance,
    names,
    { ...members, format: format === 'concise' ? 'concise' : 'normalized', sysAttrs },
    true,
  ) as Output; // not simplified, and requested as an object
  shown.instanceId = instanceId;
  if (deletedAt !== undefined) shown.deletedAt = deletedAt;
  return shown;
}

/** A single scope is shown as a text, like on an entity; a deleted scope as no scope. */
function asScope(instance: AttributeInstance, deletedAt: string | undefined): AttributeInstance {
  if (deletedAt !== undefined) return { ...instance, value: [] };
  const { value } = instance;
  return Array.isArray(value) && value.length === 1 ? { ...instance, value: value[0] } : instance;
}

/** Members of the simplified temporal representation (4.5.9). */
const VALUES_MEMBER: { readonly [Kind in AttributeKind]: string } = {
  Property: 'values',
  GeoProperty: 'values',
  Relationship: 'objects',
  LanguageProperty: 'languageMaps',
  JsonProperty: 'jsons',
  VocabProperty: 'vocabs',
  ListProperty: 'valueLists',
  ListRelationship: 'objectLists',
};

function representValues(
  name: string,
  instances: readonly TemporalInstance[],
  names: NameCompactor,
  how: TemporalRepresentation,
): Output | Output[] {
  const series = new Map<string, Output>();
  for (const each of instances) {
    const instance = name === SCOPE ? asScope(each.instance, each.deletedAt) : each.instance;
    const isTranslated = instance.type === 'LanguageProperty' && how.members.lang !== undefined;
    const type = isTranslated ? 'Property' : instance.type;
    const key = `${type} ${instance.datasetId ?? ''}`;
    let shown = series.get(key);
    if (shown === undefined) {
      shown = { type, ...(instance.datasetId !== undefined && { datasetId: instance.datasetId }) };
      shown[VALUES_MEMBER[type]] = [];
      series.set(key, shown);
    }
    const value = representInstance(instance, names, { ...how.members, format: 'simplified', sysAttrs: false });
    (shown[VALUES_MEMBER[type]] as unknown[]).push([value, timeOf(each, how.timeproperty)]);
  }
  const shown = [...series.values()];
  if (shown.length === 0) return { type: 'Property', values: [] };
  return shown.length === 1 ? (shown[0] as Output) : shown;
}

/** The time of an instance for a temporal property. */
export function timeOf(
  { instance, deletedAt }: TemporalInstance,
  property: TemporalRepresentation['timeproperty'],
): string {
  if (property === 'deletedAt') return deletedAt ?? instance.modifiedAt;
  if (property === 'createdAt' || property === 'modifiedAt') return instance[property];
  return instance.observedAt ?? deletedAt ?? instance.modifiedAt;
}

/** The NGSI-LD Null of an attribute type, as stored in an instance (5.5.4). */
export function nullOf(kind: AttributeKind): unknown {
  switch (kind) {
    case 'LanguageProperty':
      return { '@none': NGSI_LD_NULL };
    case 'ListProperty':
    case 'ListRelationship':
      return [NGSI_LD_NULL];
    default:
      return NGSI_LD_NULL;
  }
}
