import Icon from 'ol/style/Icon.js';
import Style from 'ol/style/Style.js';
import type { EntityView } from '../entities/entity-view.ts';
import { type Freshness, freshness } from '../entities/freshness.ts';
import { type Appearance, INKS } from '../theme/palette.ts';
import { donutKey, donutOf } from './donut.ts';
import { donutCanvas, symbolCanvas } from './draw.ts';
import { freshnessParts, levelStep, symbolParts } from './symbol.ts';

const MOST_DONUTS = 400;
const SIZES: [below: number, size: number][] = [
  [0.5, 32],
  [1, 27],
  [1.8, 21],
  [Number.POSITIVE_INFINITY, 19],
];

export interface EntityStyles {
  of(entities: readonly EntityView[], resolution: number): Style | undefined;
  appearance: Appearance;
  /** Milliseconds since the epoch; ages are told by it. */
  now: number;
}

/** Styles drawn once per look and kept: thousands of lamps share some dozens of pictures. */
export function entityStyles(): EntityStyles {
  const symbols = new Map<string, Style>();
  const donuts = new Map<string, Style>();
  const ratio = Math.min(3, Math.max(1, window.devicePixelRatio));

  function symbol(entity: EntityView, age: Freshness, resolution: number): Style {
    const size = symbolSize(resolution);
    const key = `${entity.type} ${entity.state} ${levelStep(entity.level)} ${age} ${size} ${styles.appearance}`;
    let style = symbols.get(key);
    if (!style) {
      const parts = [...symbolParts(entity.type, entity.state, entity.level), ...freshnessParts(age)];
      const canvas = symbolCanvas(parts, INKS[styles.appearance], size, ratio, age === 'silent');
      style = new Style({
        image: new Icon({ img: canvas, scale: 1 / ratio }),
        zIndex: (entity.severity === 'none' ? 0 : 2) + (entity.type === 'Streetlight' ? 0 : 1),
      });
      symbols.set(key, style);
    }
    return style;
  }

  function donut(entities: readonly EntityView[]): Style {
    const counts = donutOf(entities);
    const key = `${donutKey(counts)} ${styles.appearance}`;
    let style = donuts.get(key);
    if (!style) {
      if (donuts.size >= MOST_DONUTS) donuts.clear();
      const canvas = donutCanvas(counts, INKS[styles.appearance], ratio);
      style = new Style({
        image: new Icon({ img: canvas, scale: 1 / ratio }),
        zIndex: counts.worst === 'none' ? 0 : 1,
      });
      donuts.set(key, style);
    }
    return style;
  }

  const styles: EntityStyles = {
    appearance: 'day',
    now: Date.now(),
    of(entities, resolution) {
      const [first] = entities;
      if (!first) return undefined;
      if (entities.length > 1) return donut(entities);
      return symbol(first, freshness(first.type, first.observedAt, styles.now), resolution);
    },
  };
  return styles;
}

/** Symbol size in pixels at a resolution in metres per pixel. */
export function symbolSize(resolution: number): number {
  return SIZES.find(([below]) => resolution < below)?.[1] ?? 19;
}
