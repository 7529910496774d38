import type { FeatureLike } from 'ol/Feature.js';
import Feature from 'ol/Feature.js';
import LineString from 'ol/geom/LineString.js';
import Point from 'ol/geom/Point.js';
import VectorLayer from 'ol/layer/Vector.js';
import { fromLonLat } from 'ol/proj.js';
import VectorSource from 'ol/source/Vector.js';
import Stroke from 'ol/style/Stroke.js';
import Style from 'ol/style/Style.js';
import type { MapItem } from '../entities/map-item.ts';
import { type Appearance, INKS } from '../theme/palette.ts';
import type { EntityStyles } from './entity-styles.ts';

/** A ring has no room for more. */
export const MAX_LEGS = 12;
const MIN_REACH_PX = 34;
const LEG_PX = 27;

/** A ring of overlapping symbols around their place. */
export function spiderLayer(styles: EntityStyles) {
  const source = new VectorSource<Feature>();
  const layer = new VectorLayer({
    source,
    zIndex: 16,
    style: (feature, resolution) => {
      const item = itemOf(feature);
      return item ? styles.symbol(item, Math.min(resolution, 0.9)) : leg(styles.appearance);
    },
  });

  return {
    layer,
    isOpen: () => source.getFeatures().length > 0,
    close: () => source.clear(),
    open(items: readonly MapItem[], at: readonly [number, number], resolution: number): void {
      source.clear();
      const [x = 0, y = 0] = fromLonLat([...at]);
      const reach = Math.max(MIN_REACH_PX, (items.length * LEG_PX) / (2 * Math.PI)) * resolution;
      items.forEach((item, place) => {
        const angle = (place / items.length) * 2 * Math.PI - Math.PI / 2;
        const end = [x + Math.cos(angle) * reach, y - Math.sin(angle) * reach];
        source.addFeature(new Feature({ geometry: new LineString([[x, y], end]) }));
        source.addFeature(new Feature({ geometry: new Point(end), item }));
      });
    },
  };
}

/** The entity of a symbol in the ring; undefined for a connecting line. */
export function itemOf(feature: FeatureLike): MapItem | undefined {
  return feature.get('item');
}

function leg(appearance: Appearance): Style {
  return new Style({ stroke: new Stroke({ color: INKS[appearance].off, width: 1.4 }), zIndex: -1 });
}
