import { isObject } from './attribute.ts';

/** A DateTime of an entity in simplified form, which may be an object with `@value`; undefined: none. */
export function instantOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  const inner = typeof value === 'object' && value !== null ? (value as { '@value'?: unknown })['@value'] : undefined;
  return typeof inner === 'string' ? inner : undefined;
}

/** Longitude and latitude of a point; undefined for other geometries. */
export function positionOf({ location }: { readonly location?: unknown }): [number, number] | undefined {
  if (!isObject(location) || location.type !== 'Point' || !Array.isArray(location.coordinates)) return undefined;
  const [longitude, latitude] = location.coordinates as unknown[];
  return typeof longitude === 'number' && typeof latitude === 'number' ? [longitude, latitude] : undefined;
}
