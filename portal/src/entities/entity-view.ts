import type { Entity } from '@alzette/ngsi-ld-schemas';
import { classOf, UNKNOWN_CLASS } from '@alzette/ngsi-ld-schemas/map';
import { isObject, readAttribute } from './attribute.ts';
import { communeOf, entityName, streetOf } from './entity-name.ts';
import { knownLayer } from './known-layers.ts';

const ENTITY_TYPES = ['Streetlight', 'StreetlightControlCabinet', 'WasteContainer'] as const;
export type EntityType = (typeof ENTITY_TYPES)[number];

/** The states of entities, common to the map, the list and the filters. */
export const ENTITY_STATES = [
  'defective',
  'full',
  'on',
  'dimmed',
  'starting',
  'off',
  'filling',
  'roomy',
  'unknown',
] as const;
export type EntityState = (typeof ENTITY_STATES)[number];

export type Severity = 'none' | 'warning' | 'alarm';

/** An entity in the form that the pages need; `document` is the broker's answer. */
export interface EntityView {
  readonly id: string;
  /** The first of its types. */
  readonly type: string;
  readonly name: string;
  readonly commune: string;
  readonly street: string;
  /** Longitude, latitude (WGS 84). */
  readonly position?: readonly [number, number];
  /** For a known type, one of `ENTITY_STATES`. */
  readonly state: string;
  readonly severity: Severity;
  readonly powerState?: string;
  /** Filling level, 0..1. */
  readonly level?: number;
  /** The newest `observedAt`, in milliseconds since the epoch. */
  readonly observedAt?: number;
  readonly document: Entity;
}

/** Undefined if the portal has no symbol for its types. */
export function toEntityView(document: Entity): EntityView | undefined {
  const type = ENTITY_TYPES.find((known) => [document.type].flat().includes(known));
  return type && viewOf(document, type);
}

/** For any type; without a symbol the state is unknown. */
export function viewOf(document: Entity, type = [document.type].flat()[0] ?? ''): EntityView {
  const value = (name: string): unknown => readAttribute(document[name]).value;
  const layer = knownLayer(type);
  const state = layer ? classOf(layer, value) : UNKNOWN_CLASS;
  return {
    id: document.id,
    type,
    name: entityName(document),
    commune: communeOf(document),
    street: streetOf(document),
    position: point(value('location')),
    state,
    severity: layer?.classes.find(({ key }) => key === state)?.severity ?? 'none',
    powerState: text(value('powerState')),
    level: layer?.value === undefined ? undefined : ratio(value(layer.value)),
    observedAt: newestObservation(document),
    document,
  };
}

/** The newest `observedAt` of all attributes, in milliseconds since the epoch. */
export function newestObservation(document: Entity): number | undefined {
  let newest: number | undefined;
  for (const name in document) {
    const { observedAt } = readAttribute(document[name]);
    if (observedAt !== undefined && (newest === undefined || observedAt > newest)) newest = observedAt;
  }
  return newest;
}

function point(value: unknown): readonly [number, number] | undefined {
  if (!isObject(value) || value.type !== 'Point' || !Array.isArray(value.coordinates)) return undefined;
  const [longitude, latitude] = value.coordinates;
  return Number.isFinite(longitude) && Number.isFinite(latitude) ? [longitude, latitude] : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function ratio(value: unknown): number | undefined {
  return typeof value === 'number' ? Math.min(1, Math.max(0, value)) : undefined;
}
