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
const PULSE_MS = 1_100;
const MAX_PULSES = 40;

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

/** Rings that widen and fade after a change of state. */
export function pulseLayer() {
  const source = new VectorSource<Feature<Point>>();
  const layer = new VectorLayer({ source, zIndex: 9, updateWhileAnimating: true, updateWhileInteracting: true });
  const started = new Map<Feature<Point>, number>();
  let frame = 0;
  let colour = '';

  function step(): void {
    const now = performance.now();
    for (const [feature, at] of started) {
      const part = (now - at) / PULSE_MS;
      if (part < 1) {
        feature.setStyle(ring(withAlpha(colour, 0.75 * (1 - part)), 2.5, 8 + 22 * part));
      } else {
        started.delete(feature);
        source.removeFeature(feature);
      }
    }
    frame = started.size > 0 ? requestAnimationFrame(step) : 0;
  }

  function pulse(items: readonly MapItem[]): void {
    for (const item of items.slice(0, MAX_PULSES - started.size)) {
      const feature = new Feature<Point>(place(item));
      started.set(feature, performance.now());
      source.addFeature(feature);
    }
    if (frame === 0 && started.size > 0) frame = requestAnimationFrame(step);
  }

  return {
    layer,
    pulse,
    look(appearance: Appearance): void {
      colour = appearance === 'night' ? INKS.night.lit : CARTOGRAPHY.day.accent;
    },
    stop: () => cancelAnimationFrame(frame),
  };
}

function place(at: { readonly position?: readonly [number, number] } | undefined): Point | undefined {
  return at?.position && new Point(fromLonLat([...at.position]));
}

function ring(color: string, width: number, radius: number, lineDash?: number[]): Style {
  return new Style({ image: new CircleStyle({ radius, stroke: new Stroke({ color, width, lineDash }) }) });
}

function withAlpha(hex: string, alpha: number): string {
  return `${hex}${Math.round(alpha * 255)
    .toString(16)
    .padStart(2, '0')}`;
}
