import type { RowFault } from '../contract/contract.ts';
import { InvalidInput, within } from '../input/invalid-input.ts';
import { type PlacedPoint, type ReadPoints, withoutDoubles } from './light-point-csv.ts';
import { COLUMNS, calledIn, type LightPoint } from './park-columns.ts';

/** Light points as GeoJSON (RFC 7946), with the columns as properties. */
export function writePointsGeoJson(points: readonly LightPoint[]): object {
  return {
    type: 'FeatureCollection',
    features: points.map(({ longitude, latitude, ...point }) => ({
      type: 'Feature',
      id: point.id,
      geometry:
        longitude === undefined || latitude === undefined
          ? null
          : { type: 'Point', coordinates: [longitude, latitude] },
      properties: Object.fromEntries(
        COLUMNS.flatMap(({ header, field }) => {
          const value = (point as LightPoint)[field];
          return value === undefined ? [] : [[header, value]];
        }),
      ),
    })),
  };
}

/** @throws InvalidInput: not a FeatureCollection */
export function readPointsGeoJson(body: unknown, headers: Readonly<Record<string, string>> = {}): ReadPoints {
  const { type, features } = (body ?? {}) as { readonly type?: unknown; readonly features?: unknown };
  if (type !== 'FeatureCollection' || !Array.isArray(features)) {
    throw new InvalidInput('type', type, '"FeatureCollection" with "features"');
  }
  const points: PlacedPoint[] = [];
  const faults: RowFault[] = [];
  for (const [i, feature] of features.entries()) {
    const { geometry, properties } = (feature ?? {}) as Readonly<Record<string, unknown>>;
    const cells = { ...positionOf(geometry), ...(properties as Readonly<Record<string, unknown>> | null) };
    const point: Record<string, string | number> = {};
    const before = faults.length;
    for (const column of COLUMNS) {
      const { header, field, read } = column;
      const called = calledIn((name) => name in cells, column, headers);
      const value = (cells as Readonly<Record<string, unknown>>)[called];
      try {
        if (value !== undefined && value !== null && value !== '') point[field] = read(String(value), header);
        else if (field === 'id') throw new InvalidInput(header, value, 'an id');
      } catch (cause) {
        if (!(cause instanceof InvalidInput)) throw cause;
        faults.push({ line: i + 1, column: within('features', i), detail: cause.message });
      }
    }
    if (faults.length === before) points.push({ line: i + 1, point: point as unknown as LightPoint });
  }
  return withoutDoubles(points, faults);
}

function positionOf(geometry: unknown): object {
  const { type, coordinates } = (geometry ?? {}) as { readonly type?: unknown; readonly coordinates?: unknown };
  if (type !== 'Point' || !Array.isArray(coordinates)) return {};
  return { longitude: coordinates[0], latitude: coordinates[1] };
}
