import type { Territory } from '@alzette/web/territory';
import GeoJSON from 'ol/format/GeoJSON.js';
import VectorLayer from 'ol/layer/Vector.js';
import VectorSource from 'ol/source/Vector.js';
import Fill from 'ol/style/Fill.js';
import Style from 'ol/style/Style.js';
import type { MapHeap } from '../entities/map-item.ts';
import type { Cartography } from '../theme/palette.ts';

/**
 * At low zoom a commune's colour shows the share of equipment that needs attention; from one eighth on it is at its
 * strongest.
 */
const FULL_AT = 0.125;
const STEPS = 5;
const FULLEST_ALPHA = 0.55;

export function choroplethLayer({ communes }: Territory, { accent }: Cartography, heaps: () => readonly MapHeap[]) {
  const format = new GeoJSON();
  const features = communes.flatMap(({ scope, boundary }) =>
    format.readFeatures(
      { type: 'Feature', properties: { scope }, geometry: boundary },
      { featureProjection: 'EPSG:3857' },
    ),
  );
  return new VectorLayer({
    source: new VectorSource({ features }),
    zIndex: 0.5,
    style: (feature) => {
      const share = shareOf(heaps().filter(({ scope }) => isIn(scope, feature.get('scope'))));
      return share === 0 ? undefined : new Style({ fill: new Fill({ color: withAlpha(accent, stepOf(share)) }) });
    },
  });
}

export function isIn(scope: string, commune: string): boolean {
  return scope === commune || scope.startsWith(`${commune}/`);
}

/** The share of entities with a severity and of silent ones. */
export function shareOf(heaps: readonly MapHeap[]): number {
  let total = 0;
  let attention = 0;
  for (const { count, severity, silent } of heaps.flatMap(({ shares }) => shares)) {
    total += count;
    attention += severity === 'none' ? silent : count;
  }
  return total === 0 ? 0 : attention / total;
}

function stepOf(share: number): number {
  return (Math.ceil(Math.min(1, share / FULL_AT) * STEPS) / STEPS) * FULLEST_ALPHA;
}

function withAlpha(hex: string, alpha: number): string {
  return `${hex}${Math.round(alpha * 255)
    .toString(16)
    .padStart(2, '0')}`;
}
