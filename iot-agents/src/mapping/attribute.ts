import type { AttributeMapping } from './device-profile.ts';
import { plausibleRange } from './plausible.ts';

/** A normalized attribute, or the reason for dropping it; undefined if there is no value. */
export type MappedAttribute =
  | { readonly attribute: Record<string, unknown> }
  | { readonly dropped: string; readonly implausible: boolean }
  | undefined;

type Definition = Pick<AttributeMapping, 'name' | 'type' | 'unitCode' | 'range'>;

const NUMBER = /^[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/;

/**
 * The same as {@link mapAttribute} for profiles and sources: of an attribute with a unit or a range, a text is the number
 * that it spells. An empty one is no value, and any other text, such as "n/a", is dropped.
 */
export function mapMeasured(definition: Definition, value: unknown, observedAt: string | undefined): MappedAttribute {
  if (typeof value !== 'string' || !isNumeric(definition)) return mapAttribute(definition, value, observedAt);
  const bare = value.trim();
  if (bare === '') return undefined;
  if (!NUMBER.test(bare)) return dropped(definition, `${shown(value)} is not a number`);
  return mapAttribute(definition, Number(bare), observedAt);
}

function isNumeric({ name, type = 'Property', unitCode, range }: Definition): boolean {
  return type === 'Property' && (unitCode !== undefined || (range ?? plausibleRange(name)) !== undefined);
}

/** Converts the result of an expression to a normalized attribute. Implausible values are dropped, never adjusted. */
export function mapAttribute(definition: Definition, value: unknown, observedAt: string | undefined): MappedAttribute {
  if (value === undefined || value === null) return undefined;
  if (definition.type === undefined || definition.type === 'Property') {
    return mapProperty(definition, value, observedAt);
  }
  const observed = observedAt === undefined ? {} : { observedAt };
  switch (definition.type) {
    case 'Relationship':
      return isUri(value) || (Array.isArray(value) && value.length > 0 && value.every(isUri))
        ? { attribute: { type: 'Relationship', object: value, ...observed } }
        : dropped(definition, `${shown(value)} is not a URI`);
    case 'GeoProperty': {
      const geometry = readGeometry(value);
      return geometry === undefined
        ? dropped(definition, `${shown(value)} is not a position`)
        : { attribute: { type: 'GeoProperty', value: geometry, ...observed } };
    }
  }
}

function mapProperty(definition: Definition, value: unknown, observedAt: string | undefined): MappedAttribute {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return dropped(definition, `${value} is not a number`);
    const range = definition.range ?? plausibleRange(definition.name);
    if (range !== undefined && (value < range[0] || value > range[1])) {
      return dropped(definition, `${value} is outside ${range[0]}..${range[1]}`, true);
    }
  }
  // Such a value would delete the attribute (4.5.0), which a measurement never intends.
  if (value === 'urn:ngsi-ld:null') return dropped(definition, 'a device can not send an NGSI-LD Null');
  const attribute: Record<string, unknown> = { type: 'Property', value };
  if (definition.unitCode !== undefined) attribute.unitCode = definition.unitCode;
  if (observedAt !== undefined) attribute.observedAt = observedAt;
  return { attribute };
}

function dropped({ name }: Definition, why: string, implausible = false): MappedAttribute {
  return { dropped: `${name}: ${why}`, implausible };
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).slice(0, 100);
}

export function isUri(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"]+$/.test(value) && value !== 'urn:ngsi-ld:null';
}

const GEOMETRIES = new Set(['Point', 'MultiPoint', 'LineString', 'MultiLineString', 'Polygon', 'MultiPolygon']);

function readGeometry(value: unknown): object | undefined {
  const pair = typeof value === 'string' ? value.split(',').map(Number) : value;
  if (Array.isArray(pair)) return isPosition(pair) ? { type: 'Point', coordinates: pair } : undefined;
  if (typeof pair !== 'object' || pair === null || !('type' in pair) || !('coordinates' in pair)) return undefined;
  if (typeof pair.type !== 'string' || !GEOMETRIES.has(pair.type)) return undefined;
  if (pair.type === 'Point' && !isPosition(pair.coordinates)) return undefined;
  return { type: pair.type, coordinates: pair.coordinates };
}

/** 0,0 is sent by trackers before they know their position. */
function isPosition(value: unknown): boolean {
  if (!Array.isArray(value) || value.length < 2 || !value.every(Number.isFinite)) return false;
  const [longitude, latitude] = value;
  return Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90 && !(longitude === 0 && latitude === 0);
}
