import type { Entity } from '../../model/entity.ts';
import type { NameCompactor } from '../../model/names.ts';
import type { EntitySelector } from '../../query/entity-query.ts';
import { matchesSelector } from '../../query/match-entity.ts';
import type { TypeSelection } from '../../query/type-selection.ts';
import { mayShare, type RegistrationMatch } from './match-registration.ts';
import type { EntityInfo, RegistrationInfo } from './registration.ts';

/** The attributes (IRIs) that a source may be asked for or sent; undefined: any. */
export function attributesOf({ information }: RegistrationMatch): ReadonlySet<string> | undefined {
  const names = new Set<string>();
  for (const { attributes } of information) {
    if (attributes === undefined) return undefined;
    for (const name of attributes) names.add(name);
  }
  return names;
}

/** The attributes (IRIs) that a source has of one entity; undefined: any. */
export function attributesFor(
  { information }: RegistrationMatch,
  id: string,
  types: readonly string[] | undefined,
): ReadonlySet<string> | undefined {
  const covering = information.filter(({ entities }) => entities?.some((entity) => covers(entity, id, types)) ?? true);
  const names = new Set<string>();
  for (const { attributes } of covering) {
    if (attributes === undefined) return undefined;
    for (const name of attributes) names.add(name);
  }
  return names;
}

/** The intersection of two sets; undefined stands for everything. */
export function intersection(
  one: ReadonlySet<string> | undefined,
  other: ReadonlySet<string> | undefined,
): ReadonlySet<string> | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one.intersection(other);
}

/** The selectors for a source: the entities of a query that are also registered (4.3.6.1). */
export function narrowedSelectors(
  { information }: RegistrationMatch,
  selectors: readonly EntitySelector[] = [],
): EntitySelector[] {
  const entities = entitiesOf(information);
  const asked = selectors.length === 0 ? [{}] : selectors;
  if (entities === undefined) return asked.map((selector) => ({ ...selector }));
  return asked.flatMap((selector) => {
    const shared = entities.filter((entity) => mayShare(entity, selector));
    return shared.length === 0 ? [] : [narrowed(selector, shared)];
  });
}

function entitiesOf(information: readonly RegistrationInfo[]): readonly EntityInfo[] | undefined {
  const all: EntityInfo[] = [];
  for (const { entities } of information) {
    if (entities === undefined) return undefined;
    all.push(...entities);
  }
  return all;
}

function narrowed({ types, ids, idPattern }: EntitySelector, entities: readonly EntityInfo[]): EntitySelector {
  const narrowedTypes = typesOf(types, entities);
  const narrowedIds = idsOf(ids, entities)?.filter((id) => ids !== undefined || (idPattern?.test(id) ?? true));
  const [only] = entities;
  const pattern = idPattern ?? (entities.length === 1 ? only?.idPattern : undefined);
  return {
    ...(narrowedTypes && { types: narrowedTypes }),
    ...(narrowedIds && { ids: narrowedIds }),
    ...(pattern && narrowedIds === undefined && { idPattern: pattern }),
  };
}

function typesOf(asked: TypeSelection | undefined, entities: readonly EntityInfo[]): TypeSelection | undefined {
  const registered = new Set<string>();
  for (const { types } of entities) {
    if (types === undefined) return asked;
    for (const type of types) registered.add(type);
  }
  if (asked === undefined || asked.kind === 'all') {
    return { kind: 'anyOf', groups: [...registered].map((type) => [type]) };
  }
  return { kind: 'anyOf', groups: asked.groups.filter((group) => group.some((type) => registered.has(type))) };
}

function idsOf(asked: readonly string[] | undefined, entities: readonly EntityInfo[]): readonly string[] | undefined {
  const isOpen = entities.some(({ id, idPattern }) => id === undefined && idPattern === undefined);
  if (asked !== undefined) {
    if (isOpen) return asked;
    return asked.filter((id) => entities.some((entity) => entity.id === id || entity.idPattern?.test(id)));
  }
  const ids = entities.map(({ id }) => id);
  return isOpen || !ids.every((id) => id !== undefined) ? undefined : [...new Set(ids)];
}

/** Whether an entity in a source's answer was requested and registered. */
export function isRequested(
  { information }: RegistrationMatch,
  selectors: readonly EntitySelector[] | undefined,
  entity: Entity,
): boolean {
  if (selectors?.length && !selectors.some((selector) => matchesSelector(selector, entity))) return false;
  const entities = entitiesOf(information);
  return entities === undefined || entities.some((registered) => covers(registered, entity.id, entity.types));
}

/** @param entityTypes undefined: types are unknown */
export function covers(
  { types, id, idPattern }: EntityInfo,
  entityId: string,
  entityTypes: readonly string[] | undefined,
): boolean {
  if (types !== undefined && entityTypes !== undefined && !types.some((type) => entityTypes.includes(type)))
    return false;
  if (id !== undefined) return id === entityId;
  return idPattern === undefined || idPattern.test(entityId);
}

/** A type selection as text for a request to a source (4.17); undefined: any type. */
export function typeText(selection: TypeSelection | undefined, names: NameCompactor): string | undefined {
  if (selection === undefined || selection.kind === 'all') return undefined;
  return selection.groups
    .map((group) => {
      const types = group.map((type) => names.compact(type));
      return types.length === 1 ? types[0] : `(${types.join(';')})`;
    })
    .join(',');
}

/** A list of names as text for a request to a source; undefined: any. */
export function nameList(attributes: ReadonlySet<string> | undefined, names: NameCompactor): string | undefined {
  return attributes === undefined ? undefined : [...attributes].map((name) => names.compact(name)).join(',');
}
