import type { Entity } from '@alzette/ngsi-ld-schemas';

/** An entity of NGSIv2 in its normalized form. */
export interface V2Entity {
  readonly id: string;
  readonly type?: string;
  readonly [attribute: string]: unknown;
}

interface V2Attribute {
  readonly type?: string;
  readonly value?: unknown;
  readonly metadata?: { readonly [name: string]: { readonly type?: string; readonly value?: unknown } };
}

/** Called for everything that could not be converted exactly. */
export type Report = (what: string) => void;

const GEO_TYPES: ReadonlySet<string> = new Set(['geo:json', 'geo:point', 'geo:line', 'geo:polygon', 'geo:box']);
const DATE_TYPES: ReadonlySet<string> = new Set(['DateTime', 'ISO8601']);
/** Metadata that Orion or its IoT agents maintain. */
const NOT_KEPT: ReadonlySet<string> = new Set(['dateCreated', 'dateModified', 'dateExpires', 'TimeInstant']);
const URN = /^[A-Za-z][A-Za-z0-9+.-]*:\S+$/;

/** The NGSI-LD id of an entity: unchanged if it is a URI, otherwise a URN of its type. */
export function ldId(id: string, type: string): string {
  return URN.test(id) ? id : `urn:ngsi-ld:${type}:${encodeURIComponent(id)}`;
}

/**
 * Converts an NGSIv2 entity to NGSI-LD: values keep their types, metadata become sub-attributes, references become
 * relationships, and `TimeInstant` becomes observedAt.
 *
 * @param report called for attributes that are left out or renamed, by name
 */
export function entityOfV2(source: V2Entity, report: Report): Entity {
  const { id, type = 'Thing', ...attributes } = source;
  const entity: Entity = { id: ldId(id, type), type: ldName(type, report) };
  if (entity.id !== id) report('ids become URNs of their types');
  const { TimeInstant } = attributes;
  const observedAt = isoTime((TimeInstant as V2Attribute | undefined)?.value);
  for (const [name, attribute] of Object.entries(attributes)) {
    if (NOT_KEPT.has(name)) continue;
    const converted = attributeOfV2(name, attribute as V2Attribute, observedAt, report);
    if (converted !== undefined) entity[ldName(name, report)] = converted;
  }
  return entity;
}

function attributeOfV2(
  name: string,
  { type = '', value, metadata = {} }: V2Attribute,
  entityTime: string | undefined,
  report: Report,
): Record<string, unknown> | undefined {
  const { TimeInstant, unitCode, dateCreated: _created, dateModified: _modified, ...others } = metadata;
  const observedAt = isoTime(TimeInstant?.value) ?? entityTime;
  const core = valueOfV2(name, type, value, report);
  if (core === undefined) return undefined;
  const attribute: Record<string, unknown> = { ...core };
  if (observedAt !== undefined) attribute.observedAt = observedAt;
  if (typeof unitCode?.value === 'string' && core.type === 'Property') attribute.unitCode = unitCode.value;
  for (const [sub, { type: subType = '', value: subValue }] of Object.entries(others)) {
    const converted = valueOfV2(`metadata ${sub}`, subType, subValue, report);
    if (converted !== undefined) attribute[ldName(sub, report)] = converted;
  }
  return attribute;
}

function valueOfV2(
  name: string,
  type: string,
  value: unknown,
  report: Report,
): { readonly type: string; readonly [member: string]: unknown } | undefined {
  if (value === null || value === undefined) {
    report(`${name}: null is left out, which NGSI-LD has no value for`);
    return undefined;
  }
  if (GEO_TYPES.has(type)) {
    const geometry = geometryOfV2(type, value);
    if (geometry !== undefined) return { type: 'GeoProperty', value: geometry };
    report(`${name}: a ${type} that can't be read stays a Property`);
  }
  if (DATE_TYPES.has(type)) {
    const time = isoTime(value);
    if (time !== undefined) return { type: 'Property', value: { '@type': 'DateTime', '@value': time } };
  }
  const isReference = type === 'Relationship' || (type === '' && /^ref[A-Z]/.test(name)) || /^ref[A-Z]/.test(name);
  if (isReference) {
    const targets = [value].flat().filter((target) => typeof target === 'string') as string[];
    const kind = /^ref([A-Z].*)$/.exec(name)?.[1] ?? 'Thing';
    const objects = targets.map((target) => ldId(target, kind));
    if (objects.length > 0) return { type: 'Relationship', object: objects.length === 1 ? objects[0] : objects };
  }
  return { type: 'Property', value };
}

/** GeoJSON for the simple location formats, which have latitude before longitude. */
function geometryOfV2(type: string, value: unknown): object | undefined {
  if (type === 'geo:json') return typeof value === 'object' && value !== null ? value : undefined;
  const texts = [value].flat();
  const positions = texts.map((text) => (typeof text === 'string' ? positionOf(text) : undefined));
  if (positions.length === 0 || positions.includes(undefined)) return undefined;
  const all = positions as [number, number][];
  const [first, second] = all;
  if (type === 'geo:point') return first && { type: 'Point', coordinates: first };
  if (type === 'geo:line') return { type: 'LineString', coordinates: all };
  if (type === 'geo:polygon') return { type: 'Polygon', coordinates: [all] };
  if (first === undefined || second === undefined) return undefined;
  const [[west, south], [east, north]] = [first, second];
  return {
    type: 'Polygon',
    coordinates: [
      [
        [west, south],
        [east, south],
        [east, north],
        [west, north],
        [west, south],
      ],
    ],
  };
}

function positionOf(text: string): [number, number] | undefined {
  const [latitude, longitude] = text.split(',').map(Number);
  if (latitude === undefined || longitude === undefined) return undefined;
  return Number.isFinite(latitude) && Number.isFinite(longitude) ? [longitude, latitude] : undefined;
}

function isoTime(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const at = new Date(value);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}

/** A name that is valid in NGSI-LD (4.6.2): letters, digits and `_`. */
export function ldName(name: string, report: Report): string {
  const cleaned = name.replace(/[^\p{L}\p{N}_]/gu, '_').replace(/^[^\p{L}]+/u, '');
  if (cleaned === name || name.includes('://')) return name;
  const given = cleaned === '' ? 'unnamed' : cleaned;
  report(`the name ${name} becomes ${given}`);
  return given;
}
