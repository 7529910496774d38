import type Polygon from 'ol/geom/Polygon.js';
import Draw from 'ol/interaction/Draw.js';
import type OlMap from 'ol/Map.js';

interface Lasso {
  isOn(): boolean;
  /** While it is on, a drag draws the line in place of moving the map. */
  turn(on: boolean): void;
}

/** A line drawn by hand around what is to be selected. */
export function lasso(map: OlMap, onDrawn: (polygon: Polygon) => void): Lasso {
  let draw: Draw | undefined;

  function turn(on: boolean): void {
    if (draw) map.removeInteraction(draw);
    draw = undefined;
    if (!on) return;
    draw = new Draw({ type: 'Polygon', freehand: true });
    draw.on('drawend', ({ feature }) => onDrawn(feature.getGeometry() as Polygon)); // it draws nothing else
    map.addInteraction(draw);
  }

  return { isOn: () => draw !== undefined, turn };
}
