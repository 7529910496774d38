import { type Geometry, type NgsiLdClient, queryAll } from '@alzette/ngsi-ld-schemas';
import type { LonLat } from '@alzette/ngsi-ld-schemas/geo';
import type { ChargingStation, Counter, Parking } from '../contract/contract.ts';

/** An entity in concise form. */
interface PlaceEntity {
  readonly id: string;
  readonly type: string;
  readonly name?: string;
  readonly location?: Geometry;
  readonly totalSpotNumber?: number;
  readonly availableSpotNumber?: Measured;
  readonly capacity?: number;
  readonly availableCapacity?: Measured;
  readonly socketType?: readonly string[];
  readonly status?: string;
  readonly vehicleType?: string;
  readonly intensity?: Measured;
  readonly averageVehicleSpeed?: Measured;
}
type Measured = number | { readonly value: number; readonly observedAt?: string } | undefined;

interface Asked {
  readonly tenant: string;
  readonly context: string;
}

/** Car parks with their free places. */
export async function readParking(client: NgsiLdClient, asked: Asked): Promise<Parking[]> {
  const entities = await read(client, asked, 'OffStreetParking,OnStreetParking');
  return entities.map((entity) => ({
    ...placed(entity),
    kind: entity.type === 'OnStreetParking' ? 'onStreet' : 'offStreet',
    ...(entity.totalSpotNumber !== undefined && { capacity: entity.totalSpotNumber }),
    ...freeOf(entity.availableSpotNumber),
  }));
}

/** Charging stations with their free places. */
export async function readCharging(client: NgsiLdClient, asked: Asked): Promise<ChargingStation[]> {
  const entities = await read(client, asked, 'EVChargingStation');
  return entities.map((entity) => ({
    ...placed(entity),
    ...(entity.capacity !== undefined && { capacity: entity.capacity }),
    ...freeOf(entity.availableCapacity),
    status: entity.status ?? 'unknown',
    sockets: [entity.socketType ?? []].flat(),
  }));
}

/** Traffic counters: vehicles per hour, and their speed. */
export async function readCounters(client: NgsiLdClient, asked: Asked): Promise<Counter[]> {
  const entities = await read(client, asked, 'TrafficFlowObserved');
  return entities.map((entity) => {
    const { value: intensity, ...seen } = measured(entity.intensity);
    const { value: speed } = measured(entity.averageVehicleSpeed);
    return {
      ...placed(entity),
      vehicles: entity.vehicleType ?? 'car',
      ...(intensity !== undefined && { intensity }),
      ...seen,
      ...(speed !== undefined && { speed }),
    };
  });
}

async function read(client: NgsiLdClient, asked: Asked, type: string): Promise<PlaceEntity[]> {
  return Array.fromAsync(queryAll(client, { ...asked, type, format: 'concise', orderBy: 'name' }));
}

function placed({ id, name, location }: PlaceEntity) {
  const coordinates = location?.type === 'Point' ? (location.coordinates as unknown as LonLat) : undefined;
  return { id, name: name ?? id, ...(coordinates && { location: coordinates }) };
}

function freeOf(places: Measured) {
  const { value: free, ...seen } = measured(places);
  return { ...(free !== undefined && { free }), ...seen };
}

function measured(given: Measured): { readonly value?: number; readonly observedAt?: string } {
  if (typeof given !== 'object') return given === undefined ? {} : { value: given };
  const { value, observedAt } = given;
  return { value, ...(observedAt !== undefined && { observedAt }) };
}
