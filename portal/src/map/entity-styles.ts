import Icon from 'ol/style/Icon.js';
import Style from 'ol/style/Style.js';
import { type Freshness, freshness } from '../entities/freshness.ts';
import type { MapItem } from '../entities/map-item.ts';
import { freshnessParts, levelStep, paintOf, symbolParts } from '../entities/symbol.ts';
import { type Appearance, INKS } from '../theme/palette.ts';
import { type Donut, donutKey, donutOf, donutOfHeap } from './donut.ts';
import { donutCanvas, dotCanvas, symbolCanvas } from './draw.ts';
import type { MapSpot } from './map-spot.ts';

const MAX_DONUTS = 400;
/** Metres per pixel from which an entity is a dot. */
const DOTS_FROM = 2.6;
const SIZES: [below: number, size: number][] = [
  [0.5, 32],
  [1, 27],
  [1.8, 21],
  [Number.POSITIVE_INFINITY, 19],
];

export interface EntityStyles {
  of(spot: MapSpot, resolution: number): Style | undefined;
  symbol(item: MapItem, resolution: number): Style;
  appearance: Appearance;
  /** Milliseconds since the epoch, the reference for ages. */
  now: number;
}

/** Styles, created once per appearance and cached: thousands of lamps share a few dozen pictures. */
export function entityStyles(): EntityStyles {
  const pictures = new Map<string, Style>();
  const donuts = new Map<string, Style>();
  const ratio = Math.min(3, Math.max(1, window.devicePixelRatio));

  function picture(key: string, zIndex: number, draw: () => HTMLCanvasElement, kept = pictures): Style {
    let style = kept.get(key);
    if (!style) {
      if (kept.size >= MAX_DONUTS) kept.clear();
      style = new Style({ image: new Icon({ img: draw(), scale: 1 / ratio }), zIndex });
      kept.set(key, style);
    }
    return style;
  }

  function symbol(item: MapItem, resolution: number): Style {
    const { type, state, level, severity } = item;
    const paint = paintOf(item);
    const age: Freshness = freshness(type, item.observedAt, styles.now);
    const size = symbolSize(resolution);
    const key = `${type} ${state} ${paint} ${levelStep(level)} ${age} ${size} ${styles.appearance}`;
    return picture(key, (severity === 'none' ? 0 : 2) + (type === 'Streetlight' ? 0 : 1), () => {
      const parts = [...symbolParts(type, state, level, paint), ...freshnessParts(age)];
      return symbolCanvas(parts, INKS[styles.appearance], size, ratio, age === 'silent');
    });
  }

  function dot(item: MapItem): Style {
    const { severity } = item;
    const paint = paintOf(item);
    return picture(`dot ${paint} ${severity} ${styles.appearance}`, severity === 'none' ? 0 : 2, () =>
      dotCanvas(paint, severity, INKS[styles.appearance], ratio),
    );
  }

  function donut(counts: Donut): Style {
    const key = `${donutKey(counts)} ${styles.appearance}`;
    const zIndex = counts.worst === 'none' ? 0 : 1;
    return picture(key, zIndex, () => donutCanvas(counts, INKS[styles.appearance], ratio), donuts);
  }

  const styles: EntityStyles = {
    appearance: 'day',
    now: Date.now(),
    symbol,
    of({ heap, items }, resolution) {
      if (heap) return donut(donutOfHeap(heap));
      const [first] = items;
      if (!first) return undefined;
      if (items.length > 1) return donut(donutOf(items));
      return resolution >= DOTS_FROM ? dot(first) : symbol(first, resolution);
    },
  };
  return styles;
}

/** Symbol size in pixels, by resolution in metres per pixel. */
export function symbolSize(resolution: number): number {
  if (resolution >= DOTS_FROM) return 11;
  return SIZES.find(([below]) => resolution < below)?.[1] ?? 19;
}
