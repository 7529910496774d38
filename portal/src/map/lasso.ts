import type Polygon from 'ol/geom/Polygon.js';
import Draw from 'ol/interaction/Draw.js';
import type OlMap from 'ol/Map.js';

interface Lasso {
  isOn(): boolean;
  /** While it is on, a drag draws the outline and does not move the map. */
  turn(on: boolean): void;
}

/** A freehand outline of a selection. */
export function lasso(map: OlMap, onDrawn: (polygon: Polygon) => void): Lasso {
  let draw: Draw | undefined;

  function turn(on: boolean): void {
    if (draw) map.removeInteraction(draw);
    draw = undefined;
    if (!on) return;
    draw = new Draw({ type: 'Polygon', freehand: true });
    draw.on('drawend', ({ feature }) => onDrawn(feature.getGeometry() as Polygon)); // only polygons are drawn
    map.addInteraction(draw);
  }

  return { isOn: () => draw !== undefined, turn };
}
