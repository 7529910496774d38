import type { Entity } from '@alzette/ngsi-ld-schemas';
import type { Territory } from '@alzette/territory';
import { type Container, lastEmptied } from './containers.ts';
import { lampAt } from './lamps.ts';
import { instantOn } from './local-days.ts';
import type { LampPlace, Place, Places } from './places.ts';

/** The attributes of the demo's assets that no device measures: name, position, address and relationships. */
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
      address: property({
        streetAddress: place.street,
        addressLocality: commune?.name,
        addressCountry: territory.country,
      }),
      ...attributes,
    };
  };
  return [
    ...places.cabinets.map((place) => entityAt('StreetlightControlCabinet', place, {})),
    ...lampModels(),
    ...places.lamps.map((place) =>
      entityAt('Streetlight', place, {
        powerRating: property(lampAt(place).nominalPower),
        refStreetlightModel: { type: 'Relationship', object: lampModelOf(place).id },
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

const OLD_EVERY = 40;
const MODELS = {
  led: { id: 'urn:ngsi-ld:StreetlightModel:led-3000', name: 'LED, 3 000 K', colorTemperature: 3000 },
  oldLed: { id: 'urn:ngsi-ld:StreetlightModel:led-4000', name: 'LED, 4 000 K', colorTemperature: 4000 },
};

/** Some lamps were replaced before the law required warm light. */
function lampModelOf({ id }: LampPlace) {
  return Number(id.slice(-3)) % OLD_EVERY === 0 ? MODELS.oldLed : MODELS.led;
}

function lampModels(): Entity[] {
  return Object.values(MODELS).map(({ id, name, colorTemperature }) => ({
    id,
    type: 'StreetlightModel',
    name: property(name),
    lampTechnology: property('LED'),
    colorTemperature: property(colorTemperature),
  }));
}

/** When a container was last emptied, to the minute; ISO 8601. */
export function emptiedAt(container: Container, at: number): string {
  const days = lastEmptied(container, at);
  return new Date(instantOn(Math.floor(days), Math.round((days % 1) * 24 * 60))).toISOString();
}

function property(value: unknown) {
  return { type: 'Property', value };
}
