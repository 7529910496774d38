import type { Entity } from '@alzette/ngsi-ld-schemas';
import { isObject, readAttribute } from './attribute.ts';
import { communeOf, entityName, streetOf } from './entity-name.ts';

export const ENTITY_TYPES = ['Streetlight', 'StreetlightControlCabinet', 'WasteContainer'] as const;
export type EntityType = (typeof ENTITY_TYPES)[number];

/** What an entity is doing, in the words the map, the list and the filters share. */
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

/** An entity as the pages need it; `document` is what the broker said. */
export interface EntityView {
  readonly id: string;
  readonly type: EntityType;
  readonly name: string;
  readonly commune: string;
  readonly street: string;
  /** Longitude, latitude (WGS 84). */
  readonly position?: readonly [number, number];
  readonly state: EntityState;
  readonly severity: Severity;
  readonly powerState?: string;
  /** Filling level, 0..1. */
  readonly level?: number;
  /** Newest `observedAt`, in milliseconds since the epoch. */
  readonly observedAt?: number;
  readonly document: Entity;
}

/** A container counts as full from here on (0..1). */
export const FULL_LEVEL = 0.8;
const FILLING_LEVEL = 0.5;

const SEVERITIES: Partial<Record<EntityState, Severity>> = { defective: 'alarm', full: 'warning' };
const POWER_STATES: Record<string, EntityState> = { on: 'on', off: 'off', low: 'dimmed', bootingUp: 'starting' };

/** Undefined when the entity is of no type the map draws. */
export function toEntityView(document: Entity): EntityView | undefined {
  const type = ENTITY_TYPES.find((known) => [document.type].flat().includes(known));
  if (type === undefined) return undefined;

  const value = (name: string): unknown => readAttribute(document[name]).value;
  const level = type === 'WasteContainer' ? ratio(value('fillingLevel')) : undefined;
  const powerState = text(value('powerState'));
  const state = stateOf(type, text(value('status')), powerState, level);
  return {
    id: document.id,
    type,
    name: entityName(document),
    commune: communeOf(document),
    street: streetOf(document),
    position: point(value('location')),
    state,
    severity: SEVERITIES[state] ?? 'none',
    powerState,
    level,
    observedAt: newestObservation(document),
    document,
  };
}

function stateOf(type: EntityType, status: string | undefined, powerState: string | undefined, level?: number) {
  if (status !== undefined && status !== 'ok' && status !== 'unknown') return 'defective';
  if (type !== 'WasteContainer') return POWER_STATES[powerState ?? ''] ?? 'unknown';
  if (level === undefined) return 'unknown';
  if (level >= FULL_LEVEL) return 'full';
  return level >= FILLING_LEVEL ? 'filling' : 'roomy';
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
