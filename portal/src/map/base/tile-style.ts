import type { FeatureLike } from 'ol/Feature.js';
import Fill from 'ol/style/Fill.js';
import Stroke from 'ol/style/Stroke.js';
import Style, { type StyleFunction } from 'ol/style/Style.js';
import type { Cartography } from '../../theme/palette.ts';
import { NAMES_BELOW, streetName } from './street-name.ts';
import { type TileRole, tileRole } from './tile-role.ts';

/** Metres per pixel. */
const PATHS_BELOW = 5;
const BROADER_BELOW = 5;
const ABOVE_WAYS = 10;

type Ways = Extract<TileRole, 'road' | 'street' | 'path' | 'rail'>;
/** Metres of the ground, and the least width in pixels. */
const WIDTHS: Readonly<Record<Ways, readonly [number, number]>> = {
  road: [12, 1.6],
  street: [8, 0.8],
  path: [2, 0.7],
  rail: [3, 0.8],
};
const ORDER: readonly TileRole[] = ['green', 'water', 'building', 'rail', 'path', 'street', 'road'];

/** The style of vector tiles, in the colours of the territory's own vectors. */
export function tileStyle(cartography: Cartography): StyleFunction {
  const fills: Readonly<Record<'water' | 'green' | 'building', Style>> = {
    green: filled(cartography.green, 0),
    water: filled(cartography.water, 1),
    building: filled(cartography.building, 2),
  };
  const stream = new Style({ stroke: new Stroke({ color: cartography.water, width: 1.5 }), zIndex: 1 });
  return (feature, resolution) => {
    const kind = feature.get('kind') ?? feature.get('class');
    const role = tileRole(String(feature.get('layer')), typeof kind === 'string' ? kind : undefined);
    const isArea = /Polygon$/.test(feature.getGeometry()?.getType() ?? '');
    switch (role) {
      case undefined:
        return undefined;
      case 'water':
        return isArea ? fills.water : stream;
      case 'green':
      case 'building':
        return isArea ? fills[role] : undefined;
      default:
        return isArea ? undefined : way(feature, role, resolution, cartography);
    }
  };
}

function filled(color: string, zIndex: number): Style {
  return new Style({ fill: new Fill({ color }), zIndex });
}

function way(feature: FeatureLike, role: Ways, resolution: number, cartography: Cartography): Style[] | undefined {
  if (role === 'path' && resolution > PATHS_BELOW) return undefined;
  const [metres, least] = WIDTHS[role];
  const width = Math.min(18, Math.max(least, metres / resolution));
  const zIndex = ORDER.indexOf(role);
  if (role === 'path' || role === 'rail') {
    const stroke = new Stroke({ color: cartography.streetFar, width: Math.min(width, 2), lineDash: [4, 3] });
    return [new Style({ stroke, zIndex })];
  }
  const isBroad = resolution < BROADER_BELOW;
  const styles = [
    new Style({ stroke: new Stroke({ color: isBroad ? cartography.street : cartography.streetFar, width }), zIndex }),
  ];
  if (isBroad) {
    styles.push(new Style({ stroke: new Stroke({ color: cartography.streetCasing, width: width + 2 }), zIndex: 3 }));
  }
  const name = feature.get('name');
  if (resolution < NAMES_BELOW && typeof name === 'string') styles.push(streetName(name, ABOVE_WAYS, cartography));
  return styles;
}
