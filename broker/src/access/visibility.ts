import type { EntityChange } from '../model/change.ts';
import type { Attributes, Entity } from '../model/entity.ts';
import type { EntityFilter } from '../query/entity-query.ts';
import { matchesEntity } from '../query/match-entity.ts';

/** Entities, and which of their attributes: those named, all but those named, or all. */
export interface VisibleRule {
  /** What an entity is, all of it, whatever is shown of it. */
  readonly entities: Pick<EntityFilter, 'selectors' | 'scopeQ' | 'geoQ'>;
  /** IRIs. */
  readonly attributes?: ReadonlySet<string>;
  /** IRIs. */
  readonly except?: ReadonlySet<string>;
}

/** What may be seen or written of a tenant's entities: what any of the rules lets through; no rule, nothing. */
export type Visibility = 'all' | readonly VisibleRule[];

/** What the one who asks may read and write of the tenant. */
export interface Rights {
  readonly read: Visibility;
  readonly write: Visibility;
}

/** Whether an attribute of an entity is visible, by its IRI. */
export type VisibleNames = 'all' | ((name: string) => boolean);

// Rules speak of what an entity is at any time: nothing in it counts as expired.
const AT = { at: '0001-01-01T00:00:00Z' };

/** Which attributes of the entity are visible; undefined: not even the entity. */
export function visibleNames(visibility: Visibility, entity: Entity): VisibleNames | undefined {
  if (visibility === 'all') return 'all';
  const holding = visibility.filter(({ entities }) => matchesEntity(entities, entity, AT));
  if (holding.length === 0) return undefined;
  if (holding.some(({ attributes, except }) => attributes === undefined && except === undefined)) return 'all';
  return (name) => holding.some((rule) => shows(rule, name));
}

function shows({ attributes, except }: VisibleRule, name: string): boolean {
  return (attributes === undefined || attributes.has(name)) && except?.has(name) !== true;
}

/** What is visible of an entity: itself where that is all, undefined where it is nothing. */
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
 * What is visible of a change. An entity that comes into sight is as new; one that leaves it is told of no more, and what
 * it was before it came in sight is not told.
 */
export function visibleChange(visibility: Visibility, change: EntityChange): EntityChange | undefined {
  if (visibility === 'all') return change;
  const { before, after } = change;
  const now = (after ?? before) as Entity; // one of the two is there
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
