import type { EntityMap } from '../entity-maps/entity-map-store.ts';

/** The name of local data in an entity map (5.2.39). */
export const LOCAL = '@none';

/** The registrations named in a map, with the ids of the maps that their sources keep (4.3.6.7). */
export interface MappedSources {
  readonly sources: ReadonlySet<string>;
  readonly linkedMaps: { readonly [registrationId: string]: string };
}

/** The sources in a map that have a part of one of these entities. */
export function mappedSources({ entities, linkedMaps }: EntityMap, ids: Iterable<string>): MappedSources {
  const sources = new Set<string>();
  for (const id of ids) for (const party of entities[id] ?? []) if (party !== LOCAL) sources.add(party);
  return { sources, linkedMaps };
}
