import Feature from 'ol/Feature.js';
import Point from 'ol/geom/Point.js';
import VectorLayer from 'ol/layer/Vector.js';
import { fromLonLat } from 'ol/proj.js';
import VectorSource from 'ol/source/Vector.js';
import CircleStyle from 'ol/style/Circle.js';
import Stroke from 'ol/style/Stroke.js';
import Style from 'ol/style/Style.js';
import type { MapItem } from '../entities/map-item.ts';
import { type Appearance, CARTOGRAPHY, INKS } from '../theme/palette.ts';
import type { EntityStyles } from './entity-styles.ts';

const RADIUS = 18;
/** Metres per pixel: the symbol in the ring has the size of a near view. */
const SYMBOL_AT = 1.5;

/**
 * Rings around the selected entity, drawn with its symbol even if the filters exclude it, and around the entity with
 * the keyboard focus.
 */
export function highlightLayer(styles: EntityStyles) {
  const selectedMark = new Feature<Point>();
  const focusedMark = new Feature<Point>();
  const source = new VectorSource({ features: [selectedMark, focusedMark] });
  const layer = new VectorLayer({ source, zIndex: 20, updateWhileAnimating: true, updateWhileInteracting: true });

  let rings: Style[] = [];
  let selected: MapItem | undefined;

  function drawSelected(): void {
    selectedMark.setStyle(selected ? [styles.symbol(selected, SYMBOL_AT), ...rings] : rings);
    selectedMark.setGeometry(place(selected));
  }

  function look(appearance: Appearance): void {
    const { accent } = CARTOGRAPHY[appearance];
    const { outline } = INKS[appearance];
    rings = [ring(outline, 7, RADIUS), ring(accent, 3.5, RADIUS)];
    drawSelected();
    focusedMark.setStyle([ring(outline, 6, RADIUS), ring(accent, 2.5, RADIUS, [5, 5])]);
  }

  return {
    layer,
    look,
    select(item: MapItem | undefined): void {
      selected = item;
      drawSelected();
    },
    focus: (at: { readonly position?: readonly [number, number] } | undefined) => focusedMark.setGeometry(place(at)),
  };
}

function place(at: { readonly position?: readonly [number, number] } | undefined): Point | undefined {
  return at?.position && new Point(fromLonLat([...at.position]));
}

function ring(color: string, width: number, radius: number, lineDash?: number[]): Style {
  return new Style({ image: new CircleStyle({ radius, stroke: new Stroke({ color, width, lineDash }) }) });
}
