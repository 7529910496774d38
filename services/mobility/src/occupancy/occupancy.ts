import { type Geometry, type NgsiLdClient, queryAll } from '@alzette/ngsi-ld-schemas';

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
export async function readParking(client: NgsiLdClient, asked: Asked) {
  const entities = await read(client, asked, 'OffStreetParking,OnStreetParking');
  return entities.map((entity) => ({
    ...placed(entity),
    kind: entity.type === 'OnStreetParking' ? 'onStreet' : 'offStreet',
    ...(entity.totalSpotNumber !== undefined && { capacity: entity.totalSpotNumber }),
    ...measured('free', entity.availableSpotNumber),
  }));
}

/** Charging stations with their free places. */
export async function readCharging(client: NgsiLdClient, asked: Asked) {
  const entities = await read(client, asked, 'EVChargingStation');
  return entities.map((entity) => ({
    ...placed(entity),
    ...(entity.capacity !== undefined && { capacity: entity.capacity }),
    ...measured('free', entity.availableCapacity),
    status: entity.status ?? 'unknown',
    sockets: [entity.socketType ?? []].flat(),
  }));
}

/** Traffic counters: vehicles per hour, and their speed. */
export async function readCounters(client: NgsiLdClient, asked: Asked) {
  const entities = await read(client, asked, 'TrafficFlowObserved');
  return entities.map((entity) => ({
    ...placed(entity),
    vehicles: entity.vehicleType ?? 'car',
    ...measured('intensity', entity.intensity),
    ...(entity.averageVehicleSpeed !== undefined && { speed: measured('speed', entity.averageVehicleSpeed).speed }),
  }));
}

async function read(client: NgsiLdClient, asked: Asked, type: string): Promise<PlaceEntity[]> {
  return Array.fromAsync(queryAll(client, { ...asked, type, format: 'concise', orderBy: 'name' }));
}

function placed({ id, name, location }: PlaceEntity) {
  return { id, name: name ?? id, ...(location?.type === 'Point' && { location: location.coordinates }) };
}

function measured(name: string, value: Measured): { readonly [name: string]: number | string } {
  if (value === undefined) return {};
  if (typeof value === 'number') return { [name]: value };
  return { [name]: value.value, ...(value.observedAt !== undefined && { observedAt: value.observedAt }) };
}
