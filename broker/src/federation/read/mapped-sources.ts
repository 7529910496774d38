import type { EntityMap } from '../entity-maps/entity-map-store.ts';

/** What is stored here, as a map names it (5.2.39). */
export const HERE = '@none';

/** The sources that a map names, by registration, and the maps that they keep (4.3.6.7). */
export interface MappedSources {
  readonly sources: ReadonlySet<string>;
  readonly linkedMaps: { readonly [registrationId: string]: string };
}

/** The sources that have a part of one of these entities, as a map has it. */
export function mappedSources({ entities, linkedMaps }: EntityMap, ids: Iterable<string>): MappedSources {
  const sources = new Set<string>();
  for (const id of ids) for (const party of entities[id] ?? []) if (party !== HERE) sources.add(party);
  return { sources, linkedMaps };
}
