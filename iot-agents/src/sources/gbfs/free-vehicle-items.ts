import { createHash } from 'node:crypto';
import type { Entity } from '@alzette/ngsi-ld-schemas';
import { gtfsUrn } from '../gtfs/gtfs-source.ts';
import { isInside } from '../items/box.ts';
import type { HarvestedItem } from '../items/harvest.ts';
import type { ItemProblem } from '../items/item-mapping.ts';
import { type Json, listOf } from '../items/read-json.ts';
import type { GbfsFile } from './gbfs-files.ts';
import type { GbfsSource } from './gbfs-source.ts';
import { momentOf, placeOf } from './read-fields.ts';

const SHORTEST_SHOWN_MS = 10 * 60_000;

/** A Vehicle for each that stands free to take: those at a station are counted there. */
export function freeVehicleItems(
  source: GbfsSource,
  file: GbfsFile,
  types: GbfsFile | undefined,
  { now, note }: { readonly now: Date; note(problem: ItemProblem): void },
): HarvestedItem[] {
  const kinds = new Map(listOf(types?.data.vehicle_types).map((type) => [type.vehicle_type_id, vehicleTypeOf(type)]));
  const expiresAt = new Date(now.getTime() + Math.max(SHORTEST_SHOWN_MS, 3000 * file.ttlS)).toISOString();
  const items: HarvestedItem[] = [];
  for (const [index, vehicle] of listOf(file.data.vehicles ?? file.data.bikes).entries()) {
    const { is_reserved: isReserved, is_disabled: isDisabled, station_id: station } = vehicle;
    if (isReserved === true || isReserved === 1 || isDisabled === true || isDisabled === 1) continue;
    if (typeof station === 'string' && station !== '') continue;
    const [id, place] = [vehicle.vehicle_id ?? vehicle.bike_id, placeOf(vehicle)];
    const refuse = (field: string, message: string) => note({ item: index, field, message, refused: true });
    if (typeof id !== 'string' || id === '') refuse('vehicle_id', 'vehicle_id is missing');
    else if (place === undefined) refuse('lat', `vehicle ${id} has no place`);
    else if (isInside(place, source.box)) {
      const observedAt = momentOf(vehicle.last_reported, file.updatedMs, now);
      const entity: Entity = {
        id: untraceable(source.id, id, place),
        type: 'Vehicle',
        vehicleType: { type: 'Property', value: kinds.get(vehicle.vehicle_type_id) ?? 'bicycle' },
        category: { type: 'Property', value: ['public'] },
        serviceStatus: { type: 'Property', value: 'parked', observedAt },
        location: { type: 'GeoProperty', value: { type: 'Point', coordinates: place }, observedAt },
        ...batteryOf(vehicle, observedAt, index, note),
        // In the hash, too: a vehicle that stays is written again before it expires.
        expiresAt,
      };
      const hash = createHash('sha256').update(JSON.stringify(entity)).digest();
      items.push({ key: entity.id, hash, entities: [entity] });
    }
  }
  return items;
}

/** A vehicle that has moved is another entity, so that nobody's ride can be followed, even if its id never changes. */
function untraceable(source: string, id: string, place: readonly [number, number]): string {
  const where = place.map((degrees) => degrees.toFixed(4));
  return gtfsUrn(
    'Vehicle',
    source,
    createHash('sha256')
      .update([id, ...where].join(' '))
      .digest('hex')
      .slice(0, 20),
  );
}

function batteryOf(
  { current_fuel_percent: share }: Json,
  observedAt: string,
  item: number,
  note: (problem: ItemProblem) => void,
): object {
  if (share === undefined || share === null) return {};
  if (typeof share === 'number' && share >= 0 && share <= 1)
    return { battery: { type: 'Property', value: share, observedAt } };
  const got = JSON.stringify(share)?.slice(0, 100) ?? 'nothing';
  const message = `current_fuel_percent is ${got}, expected a share from 0 to 1`;
  note({ item, field: 'current_fuel_percent', got, message, refused: false });
  return {};
}

/** The word of the data model for a vehicle type. */
function vehicleTypeOf({ form_factor: form, propulsion_type: propulsion }: Json): string {
  const isElectric = typeof propulsion === 'string' && propulsion.startsWith('electric');
  switch (form) {
    case 'bicycle':
    case 'cargo_bicycle':
      return isElectric ? 'e-bike' : 'bicycle';
    case 'car':
      return 'car';
    case 'moped':
      return isElectric ? 'e-moped' : 'moped';
    case 'scooter':
    case 'scooter_standing':
    case 'scooter_seated':
      return 'e-scooter';
    default:
      return 'other';
  }
}
