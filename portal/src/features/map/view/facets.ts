import type { EntityFilter } from '../list/entity-filter.ts';
import type { Total } from './map-answer.ts';

/** The number of entities for each choice of a filter, given the other filters. */
export interface Facets {
  /** Only of types that the answer is about. */
  readonly byType: Readonly<Partial<Record<string, number>>>;
  readonly byState: Readonly<Record<string, number>>;
  readonly attention: number;
  readonly shown: number;
}

/** @param types the types that the totals are about, also those without any entity */
export function facetsOf(totals: readonly Total[], filter: EntityFilter, types: readonly string[]): Facets {
  const byType: Record<string, number> = Object.fromEntries(types.map((type) => [type, 0]));
  const byState: Record<string, number> = {};
  let attention = 0;
  let shown = 0;
  for (const total of totals) {
    if (filter.commune !== '' && total.commune !== filter.commune) continue;
    const urgent = total.severity === 'none' ? total.silent : total.count;
    const counted = filter.attention ? urgent : total.count;
    const isOfTypes = filter.types.length === 0 || filter.types.includes(total.type);
    const isOfStates = filter.states.length === 0 || filter.states.includes(total.state);
    if (isOfStates) byType[total.type] = (byType[total.type] ?? 0) + counted;
    if (isOfTypes) byState[total.state] = (byState[total.state] ?? 0) + counted;
    if (!isOfTypes || !isOfStates) continue;
    attention += urgent;
    shown += counted;
  }
  return { byType, byState, attention, shown };
}
