import type { Entity } from '@alzette/ngsi-ld-schemas';
import { gtfsUrn } from '../gtfs/gtfs-source.ts';
import { isInside } from '../items/box.ts';
import type { HarvestedItem } from '../items/harvest.ts';
import { contentHash } from '../items/item-mapper.ts';
import type { ItemProblem } from '../items/item-mapping.ts';
import { type Json, listOf } from '../items/read-json.ts';
import type { GbfsFile } from './gbfs-files.ts';
import type { GbfsSource } from './gbfs-source.ts';
import { countIn, momentOf, placeOf, textOf } from './read-fields.ts';

/** A BikeHireDockingStation for each station, with what is free where its status is known. */
export function stationItems(
  source: GbfsSource,
  stations: GbfsFile,
  status: GbfsFile | undefined,
  { now, note }: { readonly now: Date; note(problem: ItemProblem): void },
): HarvestedItem[] {
  const states = new Map(listOf(status?.data.stations).map((each) => [String(each.station_id), each]));
  const items: HarvestedItem[] = [];
  for (const [index, station] of listOf(stations.data.stations).entries()) {
    const id = station.station_id;
    const place = placeOf(station);
    const refuse = (field: string, message: string) => note({ item: index, field, message, refused: true });
    if (typeof id !== 'string' || id === '') refuse('station_id', 'station_id is missing');
    else if (place === undefined) refuse('lat', `station ${id} has no place`);
    else if (isInside(place, source.box)) {
      const state = states.get(id);
      const seen = state && stateOf(state, momentOf(state.last_reported, status?.updatedMs, now), note, index);
      const entity = {
        ...stationOf(gtfsUrn('BikeHireDockingStation', source.id, id), station, place, source.language ?? 'fr'),
        ...seen,
      };
      items.push({ key: entity.id, hash: contentHash([entity]), entities: [entity] });
    }
  }
  return items;
}

function stationOf(id: string, station: Json, coordinates: readonly [number, number], language: string): Entity {
  const name = textOf(station.name, language) ?? textOf(station.short_name, language);
  const { capacity, address } = station;
  return {
    id,
    type: 'BikeHireDockingStation',
    location: { type: 'GeoProperty', value: { type: 'Point', coordinates } },
    ...(name !== undefined && { name: { type: 'Property', value: name } }),
    ...(typeof address === 'string' && { address: { type: 'Property', value: { streetAddress: address } } }),
    ...(typeof capacity === 'number' && capacity > 0 && { totalSlotNumber: { type: 'Property', value: capacity } }),
  };
}

function stateOf(state: Json, observedAt: string, note: (problem: ItemProblem) => void, item: number): object {
  const count = (...names: string[]) => countIn(state, names, note, { item });
  const free = count('num_vehicles_available', 'num_bikes_available');
  const docks = count('num_docks_available');
  const disabled = count('num_docks_disabled');
  const property = (value: unknown) => ({ type: 'Property', value, observedAt });
  return {
    ...(free !== undefined && { availableBikeNumber: property(free) }),
    ...(docks !== undefined && { freeSlotNumber: property(docks) }),
    ...(disabled !== undefined && { outOfServiceSlotNumber: property(disabled) }),
    status: property(statusOf(state, free, docks)),
  };
}

/** Until GBFS 1.1 flags were numbers. */
function statusOf(state: Json, free: number | undefined, docks: number | undefined): string {
  const isOff = (flag: unknown) => flag === false || flag === 0;
  if (isOff(state.is_installed) || isOff(state.is_renting)) return 'outOfService';
  if (isOff(state.is_returning)) return 'withIncidence';
  if (free === 0) return 'empty';
  return docks === 0 ? 'full' : 'working';
}
