import { createHash } from 'node:crypto';
import type { TerritoryInfo } from '@alzette/kit/service';
import { type Entity, queryAll } from '@alzette/ngsi-ld-schemas';
import type { LightPoint } from './park-columns.ts';
import type { ParkReader } from './read-park.ts';

const LAMP = 'urn:ngsi-ld:Streetlight:';
const CABINET = 'urn:ngsi-ld:StreetlightControlCabinet:';
const PAGE = 500;

/** A lamp, and the model with its technical data, as entities. */
export function entitiesOf(point: LightPoint, territory: TerritoryInfo): { lamp: Entity; model: Entity | undefined } {
  const { commune, street, longitude, latitude, power, height, cabinet, circuit, pole, installed } = point;
  const place = territory.communes.find(({ name, scope }) => name === commune || scope.slice(1) === commune);
  const model = modelOf(point);
  const lamp: Entity = {
    id: urn(LAMP, point.id),
    type: 'Streetlight',
    ...(place && { scope: place.scope }),
    name: property(point.id),
    ...(longitude !== undefined &&
      latitude !== undefined && {
        location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [longitude, latitude] } },
      }),
    ...((street ?? commune) !== undefined && {
      address: property({
        ...(street && { streetAddress: street }),
        ...(commune && { addressLocality: place?.name ?? commune }),
      }),
    }),
    ...(power !== undefined && { powerRating: property(power) }),
    ...(height !== undefined && { lanternHeight: property(height) }),
    ...(circuit && { circuit: property(circuit) }),
    ...(pole && { streetPoleNum: property(pole) }),
    ...(installed && { dateServiceStarted: property(`${installed}T00:00:00Z`) }),
    ...(cabinet && { refStreetlightControlCabinet: relationship(urn(CABINET, cabinet)) }),
    ...(model && { refStreetlightModel: relationship(model.id) }),
  };
  return { lamp, model };
}

/** Points with the same data have the same model. */
function modelOf({ power, colourTemperature, luminousFlux, technology }: LightPoint): Entity | undefined {
  if (colourTemperature === undefined && luminousFlux === undefined && technology === undefined) return undefined;
  const name = [
    technology,
    power && `${power} W`,
    colourTemperature && `${colourTemperature} K`,
    luminousFlux && `${luminousFlux} lm`,
  ]
    .filter((part) => part !== undefined)
    .join(', ');
  return {
    id: `urn:ngsi-ld:StreetlightModel:${createHash('sha256').update(name).digest('hex').slice(0, 16)}`,
    type: 'StreetlightModel',
    name: property(name),
    ...(power !== undefined && { maxPowerConsumption: property(power) }),
    ...(colourTemperature !== undefined && { colorTemperature: property(colourTemperature) }),
    ...(luminousFlux !== undefined && { luminousFlux: property(luminousFlux) }),
    ...(technology !== undefined && { lampTechnology: property(technology) }),
  };
}

/** The lamps of the park as light points, ordered by id. */
export async function readPoints(reader: ParkReader): Promise<LightPoint[]> {
  const { client, context, tenant } = reader;
  const asked = { context, tenant, format: 'simplified' as const, limit: PAGE };
  const models = new Map<string, Entity>();
  for await (const entity of queryAll(client, { ...asked, type: 'StreetlightModel' })) models.set(entity.id, entity);
  const points: LightPoint[] = [];
  for await (const entity of queryAll(client, { ...asked, type: 'Streetlight' })) points.push(pointOf(entity, models));
  return points.sort((a, b) => a.id.localeCompare(b.id));
}

function pointOf(entity: Entity, models: ReadonlyMap<string, Entity>): LightPoint {
  const model = models.get(String(entity.refStreetlightModel));
  const { streetAddress, addressLocality } = (entity.address ?? {}) as Readonly<Record<string, unknown>>;
  const [longitude, latitude] = ((entity.location as { coordinates?: unknown[] } | undefined)?.coordinates ??
    []) as number[];
  const values = {
    id: local(LAMP, entity.id),
    commune: addressLocality,
    street: streetAddress,
    longitude,
    latitude,
    power: entity.powerRating ?? model?.maxPowerConsumption,
    colourTemperature: model?.colorTemperature,
    luminousFlux: model?.luminousFlux,
    technology: model?.lampTechnology,
    height: entity.lanternHeight,
    cabinet:
      typeof entity.refStreetlightControlCabinet === 'string'
        ? local(CABINET, entity.refStreetlightControlCabinet)
        : undefined,
    circuit: entity.circuit,
    pole: entity.streetPoleNum,
    installed: typeof entity.dateServiceStarted === 'string' ? entity.dateServiceStarted.slice(0, 10) : undefined,
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as unknown as LightPoint;
}

function urn(prefix: string, id: string): string {
  return id.startsWith('urn:') ? id : prefix + id;
}

function local(prefix: string, id: string): string {
  return id.startsWith(prefix) ? id.slice(prefix.length) : id;
}

function property(value: unknown) {
  return { type: 'Property', value };
}

function relationship(object: string) {
  return { type: 'Relationship', object };
}
