import type { Entity } from '@alzette/ngsi-ld-schemas';
import type { Territory } from '@alzette/territory';
import { type Container, lastEmptied } from './containers.ts';
import { instantOf } from './local-time.ts';
import type { Place, Places } from './places.ts';

/** The parts of the demo's assets that no device measures: name, place, address and what belongs to what. */
export function staticEntities(
  territory: Territory,
  places: Places,
  containers: readonly Container[],
  at: number,
): Entity[] {
  const entityAt = (type: string, place: Place, attributes: Record<string, unknown>): Entity => {
    const commune = territory.communes.find(({ slug }) => slug === place.commune);
    return {
      id: place.id,
      type,
      scope: commune?.scope ?? '/',
      name: property(place.name),
      location: { type: 'GeoProperty', value: { type: 'Point', coordinates: place.position } },
      address: property({ streetAddress: place.street, addressLocality: commune?.name, addressCountry: 'FR' }),
      ...attributes,
    };
  };
  return [
    ...places.cabinets.map((place) => entityAt('StreetlightControlCabinet', place, {})),
    ...places.lamps.map((place) =>
      entityAt('Streetlight', place, {
        refStreetlightControlCabinet: { type: 'Relationship', object: place.cabinet },
      }),
    ),
    ...containers.map((container) =>
      entityAt('WasteContainer', container.place, {
        storedWasteKind: property([container.place.kind]),
        dateLastEmptying: property(emptiedAt(container, at)),
      }),
    ),
  ];
}

/** When a container was last emptied, to the minute; ISO 8601. */
export function emptiedAt(container: Container, at: number): string {
  const days = lastEmptied(container, at);
  return new Date(instantOf(Math.floor(days), Math.round((days % 1) * 24 * 60) / 60)).toISOString();
}

function property(value: unknown) {
  return { type: 'Property', value };
}
