import { isPrimaryMember, looksLikeInstance, PRIMARY_MEMBER } from '../attribute-kinds.ts';
import { type AttributeInstance, type Entity, type Sealed, UNKNOWN_TIME } from '../entity.ts';
import type { NameCompactor } from '../names.ts';
import { isJsonObject, type JsonObject } from '../values.ts';
import { chooseLanguage, type LanguageRanges } from './language.ts';

export type Format = 'normalized' | 'concise' | 'simplified';

/** The representation of an entity (4.5.2 to 4.5.4, 4.21, 4.15). Names in sets are IRIs, or `id`, `type`, `scope`. */
export interface Representation {
  readonly format: Format;
  /** Includes `createdAt`, `modifiedAt` and `expiresAt` (6.3.11). */
  readonly sysAttrs: boolean;
  /** Only these members; absent: all. */
  readonly pick?: ReadonlySet<string>;
  /** Not these members. */
  readonly omit?: ReadonlySet<string>;
  /** Only these instances; undefined in the set is the default instance. */
  readonly datasetIds?: ReadonlySet<string | undefined>;
  readonly lang?: LanguageRanges;
  /** Linked entities to be nested in their relationships (4.5.23). */
  readonly links?: InlineLinks;
}

/** Returns the linked entity with its projection; undefined: only its URI is shown. */
export interface InlineLinks {
  follow(relationship: string, uri: string): { readonly entity: Entity; readonly how: Representation } | undefined;
}

type Output = Record<string, unknown>;

/** The compacted representation of an entity; undefined if the projection leaves nothing. */
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
    const shown = representAttribute(name, entity.attributes[name] as readonly AttributeInstance[], names, how);
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
    const time = entity[member];
    if (time !== undefined && time !== UNKNOWN_TIME && kept(member, how)) output[member] = time;
  }
}

function oneOrMany<Item>(items: readonly Item[], show: (item: Item) => Item): Item | Item[] {
  return items.length === 1 ? show(items[0] as Item) : items.map(show);
}

/**
 * One attribute: an object or value for a single instance, an array for several; undefined if no requested instance
 * exists.
 */
export function representAttribute(
  name: string,
  all: readonly AttributeInstance[],
  names: NameCompactor,
  how: Representation,
): unknown {
  const wanted = how.datasetIds;
  const instances = wanted === undefined ? all : all.filter(({ datasetId }) => wanted.has(datasetId));
  if (instances.length === 0) return undefined;
  if (instances.length === 1) return representTop(name, instances[0] as AttributeInstance, names, how, false);
  if (how.format !== 'simplified') return instances.map((each) => representTop(name, each, names, how, true));
  return {
    dataset: Object.fromEntries(
      instances.map((each) => [each.datasetId ?? '@none', representTop(name, each, names, how, false)]),
    ),
  };
}

/** An instance of an attribute of the entity itself. Only here relationships may be followed, not in sub-attributes. */
function representTop(
  name: string,
  instance: AttributeInstance,
  names: NameCompactor,
  how: Representation,
  asObject: boolean,
): unknown {
  const shown = representInstance(instance, names, how, asObject);
  const isLink = instance.type === 'Relationship' || instance.type === 'ListRelationship';
  return how.links === undefined || !isLink ? shown : withLinked(shown, name, instance, names, how, how.links);
}

/** Adds the entities that a relationship links to. In simplified form they replace their URIs. */
function withLinked(
  shown: unknown,
  name: string,
  instance: AttributeInstance,
  names: NameCompactor,
  how: Representation,
  links: InlineLinks,
): unknown {
  const uris = instance.value as string | readonly string[]; // a relationship's value is one or more URIs
  const follow = (uri: string) => {
    const linked = links.follow(name, uri);
    return linked && representEntity(linked.entity, names, linked.how);
  };
  if (how.format === 'simplified') {
    return typeof uris === 'string' ? (follow(uris) ?? uris) : uris.map((uri) => follow(uri) ?? uri);
  }
  const output = shown as Output; // a relationship is never a plain value
  const found = [uris].flat().flatMap((uri) => follow(uri) ?? []);
  if (found.length === 0) return output;
  if (instance.type === 'ListRelationship') output.entityList = found;
  else output.entity = typeof uris === 'string' ? found[0] : found;
  return output;
}

/** The content of an instance's primary member as in its normalized form, e.g. a languageMap, or the text of a language. */
export function representPrimary(instance: AttributeInstance, names: NameCompactor, lang?: LanguageRanges): unknown {
  const output: Output = {};
  addPrimary(output, instance, names, { format: 'normalized', sysAttrs: false, ...(lang && { lang }) }, false);
  return output[PRIMARY_MEMBER[instance.type]] ?? output.value;
}

/** One attribute instance in the requested format. `asObject` prevents that a concise one becomes a plain value. */
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
  if (instance.sealed !== undefined) addSealed(output, instance.sealed, names);
  for (const name in instance.attributes) {
    const instances = instance.attributes[name] as readonly AttributeInstance[];
    output[names.compact(name)] =
      instances.length === 1
        ? representInstance(instances[0] as AttributeInstance, names, how)
        : instances.map((sub) => representInstance(sub, names, how, true));
  }
  if (how.sysAttrs) {
    if (instance.createdAt !== UNKNOWN_TIME) output.createdAt = instance.createdAt;
    if (instance.modifiedAt !== UNKNOWN_TIME) output.modifiedAt = instance.modifiedAt;
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
  // Without its type, a Property whose value looks like a geometry would be read back as a GeoProperty.
  if (!concise || (type === 'Property' && looksTyped(value))) output.type = type;
  if (type === 'VocabProperty') output.vocab = compacted(value as string | readonly string[], names);
  else if (type === 'ListRelationship' && !concise) {
    output.objectList = (value as readonly string[]).map((object) => ({ object }));
  } else output[PRIMARY_MEMBER[type]] = value;
}

function looksTyped(value: unknown): boolean {
  return isJsonObject(value) && ('type' in value || '@type' in value);
}

/** The concise form of a Property or GeoProperty with nothing but a value (4.5.2.3). */
function bareWherePossible(output: Output, { type, value }: AttributeInstance): unknown {
  if (type !== 'Property' && type !== 'GeoProperty') return output;
  for (const member in output) if (member !== 'value') return output;
  return type === 'Property' && looksLikeAttribute(value) ? output : value;
}

/** Whether a plain value would be read back as an attribute, or as instances of one. */
function looksLikeAttribute(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(looksLikeInstance);
  return isJsonObject(value) && Object.keys(value).some((member) => member.startsWith('@') || isPrimaryMember(member));
}

/** The simplified form of 4.5.4: only the value. */
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

function addSealed(output: Output, { entityIdSealed, entityTypeSealed }: Sealed, names: NameCompactor): void {
  if (entityIdSealed !== undefined) output.entityIdSealed = entityIdSealed;
  if (entityTypeSealed !== undefined) output.entityTypeSealed = names.compact(entityTypeSealed);
}
