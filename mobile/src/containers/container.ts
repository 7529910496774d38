import type { Entity } from '@alzette/ngsi-ld-schemas';
import type { Position } from '../territory/distance.ts';
import { type WasteKind, wasteKind } from './waste-kind.ts';

/** A waste container, as the pages use it; times are milliseconds since 1970. */
export interface Container {
  readonly id: string;
  readonly name: string;
  readonly kind: WasteKind;
  readonly position: Position;
  readonly street: string;
  readonly commune: string;
  /** 0 to 1. */
  readonly filling?: number;
  readonly measuredAt?: number;
  readonly emptiedAt?: number;
  readonly status: ContainerStatus;
}

type ContainerStatus = (typeof STATUSES)[number];

const STATUSES = ['ok', 'lidOpen', 'dropped', 'moved', 'vandalized', 'burning', 'unknown'] as const;

/** Reads a `WasteContainer` in concise form. Returns undefined without a location, because nobody could walk to it. */
export function readContainer(entity: Entity): Container | undefined {
  const position = readPosition(plain(entity.location));
  if (position === undefined) return undefined;
  const address = (plain(entity.address) ?? {}) as { streetAddress?: unknown; addressLocality?: unknown };
  const fillingLevel = firstInstance(entity.fillingLevel);
  const filling = Number(plain(fillingLevel) ?? Number.NaN);
  return {
    id: entity.id,
    name: text(plain(entity.name)),
    kind: wasteKind(plain(entity.storedWasteKind)),
    position,
    street: text(address.streetAddress),
    commune: text(address.addressLocality),
    filling: Number.isFinite(filling) ? Math.min(1, Math.max(0, filling)) : undefined,
    measuredAt: readTime((fillingLevel as { observedAt?: unknown } | undefined)?.observedAt),
    emptiedAt: readTime(plain(entity.dateLastEmptying)),
    status: STATUSES.find((status) => status === plain(entity.status)) ?? 'unknown',
  };
}

/** With several instances (`datasetId`), the first one counts. */
function firstInstance(attribute: unknown): unknown {
  return Array.isArray(attribute) ? attribute[0] : attribute;
}

/** In concise form a value without other members has no object around it (4.5.2.3). */
function plain(attribute: unknown): unknown {
  if (typeof attribute !== 'object' || attribute === null) return attribute;
  const { value, vocab } = attribute as { value?: unknown; vocab?: unknown };
  return value ?? vocab ?? attribute;
}

function readPosition(location: unknown): Position | undefined {
  const { type, coordinates } = (location ?? {}) as { type?: unknown; coordinates?: unknown };
  if (type !== 'Point' || !Array.isArray(coordinates)) return undefined;
  const [longitude, latitude] = coordinates as unknown[];
  return typeof longitude === 'number' && typeof latitude === 'number' ? [longitude, latitude] : undefined;
}

/** A date is a plain string, or `{"@type": "DateTime", "@value": …}`. */
function readTime(value: unknown): number | undefined {
  const written = typeof value === 'object' && value !== null ? (value as { '@value'?: unknown })['@value'] : value;
  const time = typeof written === 'string' ? Date.parse(written) : Number.NaN;
  return Number.isFinite(time) ? time : undefined;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
