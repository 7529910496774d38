import type { EntityChange } from '../model/change.ts';
import type { Attributes, Entity } from '../model/entity.ts';
import type { EntityFilter } from '../query/entity-query.ts';
import { matchesEntity } from '../query/match-entity.ts';

/** A set of entities with the attributes that are visible: the named ones, all but the named ones, or all. */
export interface VisibleRule {
  /** Conditions on the complete entity, whatever is shown of it. */
  readonly entities: Pick<EntityFilter, 'selectors' | 'scopeQ' | 'geoQ'>;
  /** IRIs. */
  readonly attributes?: ReadonlySet<string>;
  /** IRIs. */
  readonly except?: ReadonlySet<string>;
}

/** What may be read or written of a tenant's entities: the union of the rules; without rules nothing. */
export type Visibility = 'all' | readonly VisibleRule[];

/** What a caller may read and write in the tenant. */
export interface Rights {
  readonly read: Visibility;
  readonly write: Visibility;
}

/** Whether an attribute of an entity is visible, by its IRI. */
export type VisibleNames = 'all' | ((name: string) => boolean);

// Rules apply to an entity at any time, so nothing in it may count as expired.
const AT = { at: '0001-01-01T00:00:00Z' };

/** The visible attributes of an entity; undefined: the entity itself is not visible. */
export function visibleNames(visibility: Visibility, entity: Entity): VisibleNames | undefined {
  if (visibility === 'all') return 'all';
  const holding = visibility.filter(({ entities }) => matchesEntity(entities, entity, AT));
  if (holding.length === 0) return undefined;
  if (holding.some(({ attributes, except }) => attributes === undefined && except === undefined)) return 'all';
  return (name) => holding.some((rule) => shows(rule, name));
}

/** Whether a rule shows the attribute of that IRI, of the entities that it speaks of. */
export function shows({ attributes, except }: VisibleRule, name: string): boolean {
  return (attributes === undefined || attributes.has(name)) && except?.has(name) !== true;
}

/** The visible part of an entity: the same object if everything is visible, undefined if nothing is. */
export function visibleEntity(visibility: Visibility, entity: Entity): Entity | undefined {
  const names = visibleNames(visibility, entity);
  return names === undefined || names === 'all' ? names && entity : withNames(entity, names);
}

function withNames(entity: Entity, shown: (name: string) => boolean): Entity {
  const names = Object.keys(entity.attributes);
  if (names.every(shown)) return entity;
  const kept = names.filter(shown).map((name) => [name, entity.attributes[name]] as const);
  return { ...entity, attributes: Object.fromEntries(kept) as Attributes };
}

/**
 * The visible part of a change. An entity that becomes visible appears as created, without its previous state. One that
 * becomes invisible is not reported any more.
 */
export function visibleChange(visibility: Visibility, change: EntityChange): EntityChange | undefined {
  if (visibility === 'all') return change;
  const { before, after } = change;
  const now = (after ?? before) as Entity; // one of the two exists
  const names = visibleNames(visibility, now);
  if (names === undefined) return undefined;
  const was = before && (after === undefined ? names : visibleNames(visibility, before));
  const attributes = change.attributes.filter(({ name }) => names === 'all' || names(name));
  const { before: _before, after: _after, ...rest } = change;
  return {
    ...rest,
    ...(before && was && { before: was === 'all' ? before : withNames(before, was) }),
    ...(after && { after: names === 'all' ? after : withNames(after, names) }),
    attributes: attributes.map((each) => {
      if (each.before === undefined || (was && (was === 'all' || was(each.name)))) return each;
      const { before: _hidden, ...shown } = each;
      return each.kind === 'attributeDeleted' ? each : shown;
    }),
  };
}
