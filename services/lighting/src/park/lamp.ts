import type { Entity } from '@alzette/ngsi-ld-schemas';

/** The members of a lamp for savings and lists. */
export interface Lamp {
  readonly id: string;
  readonly name?: string;
  /** The scope of its commune without the slash, e.g. `Audun_le_Tiche`. */
  readonly commune?: string;
  readonly street?: string;
  /** The id of its cabinet. */
  readonly cabinet?: string;
  /** Watts at full level. */
  readonly power?: number;
  /** Kelvin. */
  readonly colourTemperature?: number;
  readonly position?: readonly [number, number];
  /** The drawn zones that contain it. */
  readonly zones?: readonly string[];
}

/** Values of a lamp's model (StreetlightModel), used where the lamp has none. */
export interface LampModel {
  readonly power?: number;
  readonly colourTemperature?: number;
}

/** The attributes of Streetlight that are read. */
export const LAMP_ATTRIBUTES = [
  'name',
  'scope',
  'address',
  'location',
  'powerRating',
  'refStreetlightControlCabinet',
  'refStreetlightModel',
];

/** Reads a Streetlight in the simplified representation (key-values). */
export function lampOf(entity: Entity, models: ReadonlyMap<string, LampModel>): Lamp {
  const { name, scope, address, location, powerRating, refStreetlightControlCabinet, refStreetlightModel } = entity;
  const model = models.get(String(refStreetlightModel));
  const place = (typeof address === 'object' && address !== null ? address : {}) as Readonly<Record<string, unknown>>;
  return given({
    id: entity.id,
    name: text(name),
    commune: communeOf(scope) ?? text(place.addressLocality),
    street: text(place.streetAddress),
    cabinet: text(refStreetlightControlCabinet),
    power: positive(powerRating) ?? model?.power,
    colourTemperature: model?.colourTemperature,
    position: pointOf(location),
  });
}

export function lampModelOf(entity: Entity): LampModel {
  return given({
    power: positive(entity.maxPowerConsumption) ?? positive(entity.powerConsumption),
    colourTemperature: positive(entity.colorTemperature),
  });
}

/** The commune in an entity's scope, without the slash. */
export function communeOf(scope: unknown): string | undefined {
  const first = Array.isArray(scope) ? scope[0] : scope;
  return typeof first === 'string' ? text(first.split('/')[1]) : undefined;
}

function pointOf(location: unknown): readonly [number, number] | undefined {
  const { type, coordinates } = (location ?? {}) as { readonly type?: unknown; readonly coordinates?: unknown };
  if (type !== 'Point' || !Array.isArray(coordinates)) return undefined;
  return [Number(coordinates[0]), Number(coordinates[1])];
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function positive(value: unknown): number | undefined {
  return typeof value === 'number' && value > 0 ? value : undefined;
}

/** Removes undefined members. */
function given<T extends object>(members: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T;
}
