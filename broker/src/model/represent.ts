import { PRIMARY_MEMBER } from './attribute-kinds.ts';
import type { AttributeInstance, Entity } from './entity.ts';
import { chooseLanguage, type LanguageRanges } from './language.ts';
import type { NameCompactor } from './names.ts';
import { isJsonObject, type JsonObject } from './values.ts';

export type Format = 'normalized' | 'concise' | 'simplified';

/** How an entity is shown (4.5.2 to 4.5.4, 4.21, 4.15). Names in sets are IRIs, or `id`, `type`, `scope`. */
export interface Representation {
  readonly format: Format;
  /** Shows `createdAt`, `modifiedAt` and `expiresAt` (6.3.11). */
  readonly sysAttrs: boolean;
  /** The members to keep; absent: all. */
  readonly pick?: ReadonlySet<string>;
  /** The members to leave out. */
  readonly omit?: ReadonlySet<string>;
  /** The instances to keep; undefined in the set is the default instance. */
  readonly datasetIds?: ReadonlySet<string | undefined>;
  readonly lang?: LanguageRanges;
}

type Output = Record<string, unknown>;

/** An entity as it goes out, compacted; undefined when the selection leaves nothing of it. */
export function representEntity(entity: Entity, names: NameCompactor, how: Representation): Output | undefined {
  const output: Output = {};
  let any = false;
  if (kept('id', how)) {
    output.id = entity.id;
    any = true;
  }
  if (kept('type', how)) {
    output.type = oneOrMany(entity.types, (type) => names.compact(type));
    any = true;
  }
  if (entity.scopes !== undefined && kept('scope', how)) {
    output.scope = oneOrMany(entity.scopes, (scope) => scope);
    any = true;
  }
  if (how.sysAttrs) addEntityTimes(output, entity, how);
  for (const name in entity.attributes) {
    if (!kept(name, how)) continue;
    const shown = representAttribute(entity.attributes[name] as readonly AttributeInstance[], names, how);
    if (shown === undefined) continue;
    output[names.compact(name)] = shown;
    any = true;
  }
  return any ? output : undefined;
}

function kept(member: string, { pick, omit }: Representation): boolean {
  return (pick === undefined || pick.has(member)) && !omit?.has(member);
}

function addEntityTimes(output: Output, entity: Entity, how: Representation): void {
  for (const member of ['createdAt', 'modifiedAt', 'expiresAt'] as const) {
    if (entity[member] !== undefined && kept(member, how)) output[member] = entity[member];
  }
}

function oneOrMany<Item>(items: readonly Item[], show: (item: Item) => Item): Item | Item[] {
  return items.length === 1 ? show(items[0] as Item) : items.map(show);
}

/** One attribute: an object or value for one instance, an array for several; undefined when no instance is asked for. */
function representAttribute(all: readonly AttributeInstance[], names: NameCompactor, how: Representation): unknown {
  const wanted = how.datasetIds;
  const instances = wanted === undefined ? all : all.filter(({ datasetId }) => wanted.has(datasetId));
  if (instances.length === 0) return undefined;
  if (instances.length === 1) return representInstance(instances[0] as AttributeInstance, names, how);
  if (how.format !== 'simplified') {
    return instances.map((instance) => representInstance(instance, names, how, true));
  }
  return {
    dataset: Object.fromEntries(
      instances.map((instance) => [instance.datasetId ?? '@none', simplified(instance, names, how)]),
    ),
  };
}

/** One attribute instance, in the format asked for. `asObject` keeps a concise one from becoming a bare value. */
export function representInstance(
  instance: AttributeInstance,
  names: NameCompactor,
  how: Representation,
  asObject = false,
): unknown {
  if (how.format === 'simplified') return simplified(instance, names, how);
  const concise = how.format === 'concise';
  const output: Output = {};
  addPrimary(output, instance, names, how, concise);
  if (instance.datasetId !== undefined) output.datasetId = instance.datasetId;
  if (instance.observedAt !== undefined) output.observedAt = instance.observedAt;
  if (instance.unitCode !== undefined) output.unitCode = instance.unitCode;
  if (instance.valueType !== undefined) output.valueType = names.compact(instance.valueType);
  if (instance.objectType !== undefined) output.objectType = compacted(instance.objectType, names);
  if (instance.ngsildproof !== undefined) output.ngsildproof = proof(instance.ngsildproof, names);
  for (const name in instance.attributes) {
    const instances = instance.attributes[name] as readonly AttributeInstance[];
    output[names.compact(name)] =
      instances.length === 1
        ? representInstance(instances[0] as AttributeInstance, names, how)
        : instances.map((sub) => representInstance(sub, names, how, true));
  }
  if (how.sysAttrs) {
    output.createdAt = instance.createdAt;
    output.modifiedAt = instance.modifiedAt;
    if (instance.expiresAt !== undefined) output.expiresAt = instance.expiresAt;
  }
  return concise && !asObject ? bareWherePossible(output, instance) : output;
}

function addPrimary(
  output: Output,
  instance: AttributeInstance,
  names: NameCompactor,
  how: Representation,
  concise: boolean,
): void {
  const { type, value } = instance;
  if (type === 'LanguageProperty' && how.lang !== undefined) {
    const { tag, text } = chooseLanguage(value as JsonObject, how.lang); // a LanguageProperty's value is its map
    if (!concise) output.type = 'Property';
    output.value = text;
    output.lang = tag;
    return;
  }
  // Without its type, a Property whose value has the shape of a geometry would come back as a GeoProperty.
  if (!concise || (type === 'Property' && looksTyped(value))) output.type = type;
  if (type === 'VocabProperty') output.vocab = compacted(value as string | readonly string[], names);
  else if (type === 'ListRelationship' && !concise) {
    output.objectList = (value as readonly string[]).map((object) => ({ object }));
  } else output[PRIMARY_MEMBER[type]] = value;
}

function looksTyped(value: unknown): boolean {
  return isJsonObject(value) && ('type' in value || '@type' in value);
}

/** Concise form of a Property or GeoProperty that has nothing but its value (4.5.3). */
function bareWherePossible(output: Output, { type, value }: AttributeInstance): unknown {
  if (type !== 'Property' && type !== 'GeoProperty') return output;
  for (const member in output) if (member !== 'value') return output;
  // A bare object would be read as an attribute if it looks like one.
  return type === 'Property' && isJsonObject(value) ? output : value;
}

/** The simplified form of 4.5.4: the value alone. */
function simplified(instance: AttributeInstance, names: NameCompactor, how: Representation): unknown {
  const { type, value } = instance;
  switch (type) {
    case 'LanguageProperty':
      return how.lang === undefined ? { languageMap: value } : chooseLanguage(value as JsonObject, how.lang).text;
    case 'VocabProperty':
      return { vocab: compacted(value as string | readonly string[], names) };
    case 'JsonProperty':
      return { json: value };
    default:
      return value;
  }
}

function compacted(iris: string | readonly string[], names: NameCompactor): string | string[] {
  return typeof iris === 'string' ? names.compact(iris) : iris.map((iri) => names.compact(iri));
}

function proof(content: unknown, names: NameCompactor): unknown {
  if (!isJsonObject(content) || typeof content.entityTypeSealed !== 'string') return content;
  return { ...content, entityTypeSealed: names.compact(content.entityTypeSealed) };
}
