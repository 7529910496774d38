import { ENTITY_STATES, type EntityState, type EntityType, type EntityView } from '../../../entities/entity-view.ts';
import type { Freshness } from '../../../entities/freshness.ts';
import { folded, slug } from '../../../format/slug.ts';

/** What the list and the map show. An empty list or text restricts nothing. */
export interface EntityFilter {
  readonly types: readonly EntityType[];
  readonly states: readonly EntityState[];
  /** Slug of a commune. */
  readonly commune: string;
  readonly attention: boolean;
  readonly text: string;
}

/** True for defects, full containers and silent devices. */
export function needsAttention(entity: EntityView, freshness: Freshness): boolean {
  return entity.severity !== 'none' || freshness === 'silent';
}

/** A test for one filter, prepared once for all entities. Every word of the text must be found. */
export function entityMatcher(filter: EntityFilter): (entity: EntityView, freshness: Freshness) => boolean {
  const words = folded(filter.text).split(/\s+/).filter(Boolean);
  return (entity, freshness) => {
    if (filter.types.length > 0 && !filter.types.includes(entity.type)) return false;
    if (filter.states.length > 0 && !filter.states.includes(entity.state)) return false;
    if (filter.commune !== '' && slug(entity.commune) !== filter.commune) return false;
    if (filter.attention && !needsAttention(entity, freshness)) return false;
    if (words.length === 0) return true;
    const haystack = folded(`${entity.name} ${entity.street} ${entity.commune} ${entity.id}`);
    return words.every((word) => haystack.includes(word));
  };
}

const SEVERITY_ORDER = { alarm: 0, warning: 1, none: 2 } as const;

/** Worst first, then by name as people count (2 before 10). */
export function byUrgency(locale: string): (a: EntityView, b: EntityView) => number {
  const names = new Intl.Collator(locale, { numeric: true });
  return (a, b) =>
    SEVERITY_ORDER[a.severity] - SEVERITY_ORDER[b.severity] || names.compare(a.name, b.name) || (a.id < b.id ? -1 : 1);
}

/** States in their fixed order, those that occur only. */
export function statesPresent(entities: Iterable<EntityView>): EntityState[] {
  const present = new Set<EntityState>();
  for (const entity of entities) present.add(entity.state);
  return ENTITY_STATES.filter((state) => present.has(state));
}
