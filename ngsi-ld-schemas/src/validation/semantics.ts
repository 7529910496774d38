import type { Attribute } from '../models/model.ts';
import { convert, UNITS } from '../units/units.ts';
import type { Box } from './box.ts';
import { positionsOf } from './geometry.ts';
import type { Issue } from './issue.ts';
import { shown } from './shown.ts';

/** Longitude beyond ±180 or latitude beyond ±90; or outside the territory while the swapped position is inside. */
export function checkPositions(attribute: string, geometry: unknown, territory: Box | undefined): Issue[] {
  const positions = positionsOf(geometry);
  const path = `/${attribute}`;
  const wild = positions.find(([lon = 0, lat = 0]) => Math.abs(lon) > 180 || Math.abs(lat) > 90);
  if (wild !== undefined) {
    const expected = 'longitude −180 to 180, latitude −90 to 90';
    return [{ code: 'COORDINATES_OUT_OF_RANGE', severity: 'error', attribute, path, got: shown(wild), expected }];
  }
  const swapped =
    territory && positions.find(([lon = 0, lat = 0]) => !inside(lon, lat, territory) && inside(lat, lon, territory));
  if (swapped === undefined) return [];
  const hint = shown([swapped[1], swapped[0]]);
  return [{ code: 'COORDINATES_SWAPPED', severity: 'warning', attribute, path, got: shown(swapped), hint }];
}

function inside(lon: number, lat: number, [west, south, east, north]: Box): boolean {
  return lon >= west && lon <= east && lat >= south && lat <= north;
}

/** Checks that a unit code is known and can be converted to the attribute's unit. */
export function checkUnit(attribute: string, unitCode: unknown, { unit }: Attribute): Issue[] {
  const about = { severity: 'warning', attribute, path: `/${attribute}/unitCode`, got: shown(unitCode) } as const;
  if (typeof unitCode !== 'string' || !UNITS.has(unitCode)) {
    return [{ ...about, code: 'UNIT_UNKNOWN', expected: unit ?? 'a common code of UN/CEFACT Recommendation 20' }];
  }
  if (unit === undefined || unit === unitCode) return [];
  const code = convert(1, unitCode, unit) === undefined ? 'UNIT_INCOMPATIBLE' : 'UNIT_DIFFERENT';
  return [{ ...about, code, expected: unit }];
}

/** A ratio above 1 that is probably a percentage. */
export function looksLikePercent(value: unknown, { unit, schema }: Attribute): value is number {
  return unit === 'C62' && schema.maximum === 1 && typeof value === 'number' && value > 1 && value <= 100;
}
